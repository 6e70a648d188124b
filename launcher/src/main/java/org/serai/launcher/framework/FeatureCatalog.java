package org.serai.launcher.framework;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.serai.launcher.framework.FeatureFile.LevelledBundle;
import org.serai.platform.PlatformError;

/** The feature files of the distribution, read when they are asked for. */
final class FeatureCatalog {
    private final Path folder;
    private final Map<String, FeatureFile> read = new HashMap<>();

    FeatureCatalog(Path folder) {
        this.folder = folder;
    }

    List<String> names() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw PlatformError.BAD_FEATURE.error(
                    "The features in " + folder + " cannot be listed", e.toString(), "check out the project again", e);
        }
    }

    FeatureFile feature(String name) {
        FeatureFile feature = read.get(name);
        if (feature == null) {
            Path file = folder.resolve(name + ".json");
            if (!name.matches("[a-z0-9.-]+") || !Files.isRegularFile(file)) {
                throw PlatformError.NO_SUCH_FEATURE.error(
                        "There is no feature '" + name + "'",
                        "the folder features has " + String.join(", ", names()),
                        "give one of these names");
            }
            feature = FeatureFile.read(file);
            read.put(name, feature);
        }
        return feature;
    }

    /** The features that a choice includes, what is required before what requires it. */
    List<FeatureFile> select(FeatureChoice choice) {
        Map<String, FeatureFile> selected = new LinkedHashMap<>();
        choice.wanted().forEach(name -> include(name, choice, selected, new ArrayList<>()));
        return List.copyOf(selected.values());
    }

    private void include(String name, FeatureChoice choice, Map<String, FeatureFile> selected, List<String> way) {
        if (selected.containsKey(name) || choice.without().contains(name)) {
            return;
        }
        if (way.contains(name)) {
            throw PlatformError.BAD_FEATURE.error(
                    "The feature " + name + " includes itself",
                    String.join(" requires ", way) + " requires " + name,
                    "take one of these requirements out");
        }
        FeatureFile feature = feature(name);
        List<String> further = new ArrayList<>(way);
        further.add(name);
        feature.requires().forEach(required -> include(required, choice, selected, further));
        selected.put(name, feature);
    }

    /** The bundles of features, each once; the lowest start level rules. */
    static List<LevelledBundle> bundles(List<FeatureFile> features) {
        Map<Coordinates, Integer> levels = new LinkedHashMap<>();
        features.forEach(feature -> feature.bundles()
                .forEach(bundle -> levels.merge(bundle.coordinates(), bundle.startLevel(), Math::min)));
        return levels.entrySet().stream()
                .map(entry -> new LevelledBundle(entry.getKey(), entry.getValue()))
                .toList();
    }
}
