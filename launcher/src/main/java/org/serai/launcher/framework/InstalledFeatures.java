package org.serai.launcher.framework;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.serai.launcher.framework.FeatureFile.LevelledBundle;
import org.serai.platform.Features.Feature;
import org.serai.platform.PlatformError;

/** The features of the distribution and the choice of an instance. */
public final class InstalledFeatures {
    /** What a new instance runs. */
    static final String NODE = "node";

    private final Distribution distribution;
    private final FeatureCatalog catalog;
    private final Path file;
    private FeatureChoice choice;

    InstalledFeatures(Distribution distribution, Path file) {
        this.distribution = distribution;
        this.catalog = new FeatureCatalog(distribution.features());
        this.file = file;
        this.choice = FeatureChoice.read(file);
    }

    /** Makes the choice of a new instance. */
    public static void choose(Path file) throws IOException {
        FeatureChoice.of(NODE).write(file);
    }

    /** The bundles of the chosen features. */
    synchronized List<LevelledBundle> bundles() {
        return FeatureCatalog.bundles(catalog.select(choice));
    }

    /** The jars of the chosen features. */
    public List<Path> jars() {
        return bundles().stream().map(bundle -> find(bundle.coordinates())).toList();
    }

    Path find(Coordinates coordinates) {
        return distribution.find(coordinates);
    }

    /** What the chosen features configure. */
    public synchronized Map<String, Map<String, Object>> configurations() {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        catalog.select(choice).forEach(feature -> all.putAll(feature.configurations()));
        return all;
    }

    synchronized List<Feature> all() {
        List<FeatureFile> selected = catalog.select(choice);
        return catalog.names().stream()
                .map(catalog::feature)
                .map(feature -> new Feature(
                        feature.name(),
                        feature.description(),
                        selected.contains(feature),
                        feature.requires(),
                        feature.bundles().stream()
                                .map(b -> shown(b.coordinates()))
                                .toList()))
                .toList();
    }

    private String shown(Coordinates coordinates) {
        Path jar = distribution.find(coordinates);
        String version = jar.getParent().getFileName().toString();
        return new Coordinates(coordinates.group(), coordinates.artifact(), version).toString();
    }

    synchronized FeatureChoice with(String name) {
        catalog.feature(name);
        return choice.with(name);
    }

    /** The choice without a feature; refused if it is not chosen, or another one that has bundles needs it. */
    synchronized FeatureChoice without(String name) {
        FeatureFile feature = catalog.feature(name);
        List<FeatureFile> selected = catalog.select(choice);
        if (!selected.contains(feature)) {
            throw PlatformError.FEATURE_CONFLICT.error(
                    "The feature " + name + " cannot be uninstalled", "it is not installed", "see feature:list");
        }
        List<String> needing = selected.stream()
                .filter(other ->
                        other.requires().contains(name) && !other.bundles().isEmpty())
                .map(FeatureFile::name)
                .toList();
        if (!needing.isEmpty()) {
            throw PlatformError.FEATURE_CONFLICT.error(
                    "The feature " + name + " cannot be uninstalled",
                    "it is needed by " + String.join(", ", needing),
                    "uninstall these first");
        }
        boolean included = selected.stream().anyMatch(other -> other.requires().contains(name));
        return choice.without(name, included);
    }

    synchronized List<LevelledBundle> bundles(FeatureChoice other) {
        return FeatureCatalog.bundles(catalog.select(other));
    }

    /** Makes a choice the instance's, on disk first. */
    synchronized void keep(FeatureChoice other) {
        try {
            other.write(file);
            choice = other;
        } catch (IOException e) {
            throw PlatformError.BAD_INSTANCE.error(
                    "The instance's list of features cannot be written", e.toString(), "check its disk", e);
        }
    }
}
