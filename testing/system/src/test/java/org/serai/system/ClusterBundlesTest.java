package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** A bundle that is installed in the cluster runs at every node: at those that are there, come back, or join. */
class ClusterBundlesTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String NAME = "com.example.driver";

    @RegisterExtension
    static final Site SITE = new Site();

    @Test
    void everyNodeRunsItAndNoneWhatOneRefuses() throws Exception {
        List<NodeProcess> nodes = SITE.cluster("bundle-a", "bundle-b");
        NodeProcess a = nodes.get(0);
        NodeProcess b = nodes.get(1);
        Path one = jar(NAME, "1.0.0", "");
        assertThat(a.json("driver:install " + one + " --cluster --dry-run")
                        .path("possible")
                        .asBoolean())
                .isTrue();
        assertThat(a.json("driver:install " + one + " --cluster").path("state").asText())
                .isEqualTo("deployed");
        // A node that was not seen just then follows by itself.
        assertThat(nodes)
                .allSatisfy(node -> await().atMost(SOON)
                        .untilAsserted(() -> assertThat(here(node)).isEqualTo("1.0.0 active")));

        Path bad = jar(NAME, "2.0.0", "org.nowhere");
        var refused = Site.error(a, "driver:install " + bad + " --cluster");
        assertThat(refused.path("code").asText()).isEqualTo("SERAI-CLUSTER-0027");
        assertThat(refused.toString()).contains("org.nowhere");
        assertThat(nodes).allSatisfy(node -> assertThat(here(node)).isEqualTo("1.0.0 active"));

        Files.copy(
                jar("com.example.own", "1.0.0", ""),
                a.instance().resolve("deploy").resolve("own.jar"));
        await().atMost(SOON).until(() -> bundles(a).contains("com.example.own"));

        NodeProcess c = SITE.started("bundle-c");
        c.exec("cluster:join " + a.json("cluster:token").path("token").asText());
        assertThat(here(c)).as("as soon as it is a member").isEqualTo("1.0.0 active");

        b.killEverything();
        a.exec("driver:install " + jar(NAME, "1.1.0", "") + " --cluster");
        b.start();
        assertThat(List.of(a, b, c))
                .allSatisfy(node -> await().atMost(SOON)
                        .untilAsserted(() -> assertThat(here(node)).isEqualTo("1.1.0 active")));
        assertThat(bundles(b)).as("what one node has of its own").doesNotContain("com.example.own");

        a.exec("driver:uninstall " + NAME + " --cluster");
        assertThat(List.of(a, b, c))
                .allSatisfy(
                        node -> await().atMost(SOON).until(() -> !bundles(node).contains(NAME)));
        assertThat(bundles(a)).contains("com.example.own");
    }

    private static String here(NodeProcess node) {
        var bundle = node.json("driver:bundles").path(0);
        return bundle.path("version").asText() + " " + bundle.path("here").asText();
    }

    private static String bundles(NodeProcess node) {
        return node.json("bundle:list").toString();
    }

    private static Path jar(String name, String version, String imports) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", name);
        attributes.putValue("Bundle-Version", version);
        if (!imports.isEmpty()) {
            attributes.putValue("Import-Package", imports);
        }
        Path file = SITE.folder().resolve(name + "-" + version + ".jar");
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
