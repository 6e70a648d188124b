package org.serai.launcher.framework;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.feature.impl.FeatureServiceImpl;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureExtension;
import org.serai.platform.PlatformError;

/**
 * A feature as its file has it.
 *
 * @param name the file's name
 * @param requires the features that it includes, from the extension {@code requires}
 * @param bundles its own bundles with their start levels
 * @param configurations what it configures by default: PIDs with properties
 */
record FeatureFile(
        String name,
        String description,
        List<String> requires,
        List<LevelledBundle> bundles,
        Map<String, Map<String, Object>> configurations) {
    private static final int START_ORDER_DEFAULT = 10;

    /** A bundle and the start level it runs in. */
    record LevelledBundle(Coordinates coordinates, int startLevel) {}

    static FeatureFile read(Path file) {
        String name = file.getFileName().toString().replaceAll("\\.json$", "");
        Feature feature;
        try (Reader reader = Files.newBufferedReader(file)) {
            feature = new FeatureServiceImpl().readFeature(reader);
        } catch (IOException | RuntimeException e) {
            throw PlatformError.BAD_FEATURE.error(
                    "The feature file " + file + " cannot be read",
                    String.valueOf(e.getMessage()),
                    "mend the file (OSGi Feature JSON)",
                    e);
        }
        FeatureExtension requires = feature.getExtensions().get("requires");
        Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
        feature.getConfigurations()
                .forEach((pid, configuration) -> configurations.put(pid, Map.copyOf(configuration.getValues())));
        return new FeatureFile(
                name,
                feature.getDescription().orElse(""),
                requires == null ? List.of() : List.copyOf(requires.getText()),
                feature.getBundles().stream().map(FeatureFile::bundle).toList(),
                configurations);
    }

    private static LevelledBundle bundle(FeatureBundle bundle) {
        Object order = bundle.getMetadata().getOrDefault("start-order", START_ORDER_DEFAULT);
        return new LevelledBundle(
                new Coordinates(
                        bundle.getID().getGroupId(),
                        bundle.getID().getArtifactId(),
                        bundle.getID().getVersion()),
                ((Number) order).intValue());
    }
}
