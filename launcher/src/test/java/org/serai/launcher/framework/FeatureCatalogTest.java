package org.serai.launcher.framework;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.ffdc.SeraiException;
import org.serai.launcher.framework.FeatureFile.LevelledBundle;
import org.serai.platform.PlatformError;

class FeatureCatalogTest {
    @TempDir
    private Path project;

    private FeatureCatalog catalog;

    @BeforeEach
    void writeFeatures() throws IOException {
        Files.createDirectories(project.resolve("features"));
        Files.createDirectories(project.resolve("config"));
        feature("core", "", "{\"id\": \"g:c:managed\", \"start-order\": 4}, {\"id\": \"g:shared:managed\"}");
        feature("disk", "core", "{\"id\": \"g:d:1.0\"}, {\"id\": \"g:shared:managed\", \"start-order\": 7}");
        feature("net", "core", "{\"id\": \"g:n:1.0\"}");
        feature("node", "disk\", \"net", "");
        catalog = new FeatureCatalog(project.resolve("features"));
    }

    private void feature(String name, String requires, String bundles) throws IOException {
        Files.writeString(project.resolve("features/" + name + ".json"), """
                {
                  "feature-resource-version": "1.0",
                  "id": "org.serai:%s:managed",
                  // a comment
                  "bundles": [%s],
                  "configurations": {"org.acme.%s": {"x": 1}},
                  "extensions": {"requires": {"type": "text", "kind": "mandatory", "text": [%s]}}
                }
                """.formatted(
                        name, bundles, name, requires.isEmpty() ? "" : '"' + requires + '"'));
    }

    private static FeatureChoice choice(String wanted, String... without) {
        return new FeatureChoice(Set.of(wanted), Set.of(without));
    }

    @Test
    void whatIsRequiredComesFirstAndEachOnce() {
        assertThat(catalog.select(choice("node")))
                .extracting(FeatureFile::name)
                .containsExactly("core", "disk", "net", "node");
    }

    @Test
    void aFeatureCanBeTakenOutOfWhatAnotherIncludes() {
        assertThat(catalog.select(choice("node", "net")))
                .extracting(FeatureFile::name)
                .doesNotContain("net");
    }

    @Test
    void startLevelsAreReadAndTheLowestRules() {
        assertThat(FeatureCatalog.bundles(catalog.select(choice("node"))))
                .contains(
                        new LevelledBundle(new Coordinates("g", "c", "managed"), 4),
                        new LevelledBundle(new Coordinates("g", "d", "1.0"), 10),
                        new LevelledBundle(new Coordinates("g", "shared", "managed"), 7))
                .hasSize(4);
    }

    @Test
    void configurationsAreRead() {
        assertThat(catalog.feature("disk").configurations()).containsKey("org.acme.disk");
    }

    @Test
    void aFeatureThatIncludesItselfIsRefusedWithTheWay() throws IOException {
        feature("core", "node", "");

        assertThatThrownBy(() -> new FeatureCatalog(project.resolve("features")).select(choice("node")))
                .hasMessageContaining("node requires disk requires core requires node");
    }

    @Test
    void anUnknownFeatureIsRefusedWithTheNamesThatThereAre() {
        assertThatThrownBy(() -> catalog.feature("dsk"))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(PlatformError.NO_SUCH_FEATURE))
                .hasMessageContaining("core, disk, net, node");
        assertThatThrownBy(() -> catalog.feature("../config/x")).hasMessageContaining("no feature");
    }

    @Test
    void aBrokenFeatureFileIsNamed() throws IOException {
        Files.writeString(project.resolve("features/bad.json"), "{\"id\": ");

        assertThatThrownBy(() -> catalog.feature("bad")).hasMessageContaining("bad.json");
    }

    @Test
    void anExcludedFeatureComesBackByInstallingIt() throws IOException {
        Path file = project.resolve("config/features");
        choice("node").without("net", true).write(file);
        assertThat(Files.readString(file)).contains("node\n").contains("-net\n");

        FeatureChoice read = FeatureChoice.read(file);
        assertThat(read).isEqualTo(choice("node", "net"));
        assertThat(read.with("net")).isEqualTo(choice("node"));
    }

    @Test
    void whatOthersNeedIsNotUninstalled() throws IOException {
        choice("node").write(project.resolve("config/features"));
        InstalledFeatures installed =
                new InstalledFeatures(new Distribution(project), project.resolve("config/features"));

        assertThatThrownBy(() -> installed.without("core")).hasMessageContaining("disk, net");
        assertThat(installed.without("net")).isEqualTo(choice("node", "net"));
        installed.keep(installed.without("net"));
        assertThatThrownBy(() -> installed.without("net")).hasMessageContaining("not installed");
    }

    @Test
    void aBundleThatWasNotGatheredIsNamed() throws IOException {
        Path artifact = project.resolve("launcher/target/repository/g/c");
        Distribution distribution = new Distribution(project);
        Coordinates managed = new Coordinates("g", "c", "managed");

        assertThatThrownBy(() -> distribution.find(managed)).hasMessageContaining("g:c:managed");
        Files.createDirectories(artifact.resolve("1.0"));
        assertThatThrownBy(() -> distribution.find(managed)).hasMessageContaining("c-1.0.jar");
        Files.createFile(artifact.resolve("1.0/c-1.0.jar"));
        assertThat(distribution.find(managed)).isEqualTo(artifact.resolve("1.0/c-1.0.jar"));
        Files.createDirectories(artifact.resolve("2.0"));
        assertThatThrownBy(() -> distribution.find(managed)).hasMessageContaining("versions");
    }
}
