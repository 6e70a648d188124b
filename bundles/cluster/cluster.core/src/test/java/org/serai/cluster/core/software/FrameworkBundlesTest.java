package org.serai.cluster.core.software;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;

/** The cluster's bundles in a real framework. */
class FrameworkBundlesTest {
    private static final String NAME = "com.example.storage";

    @TempDir
    Path directory;

    private Framework framework;
    private FrameworkBundles bundles;

    @BeforeEach
    void start() throws Exception {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE, directory.resolve("cache").toString()));
        framework.start();
        bundles = new FrameworkBundles(framework.getBundleContext());
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    private Jar jar(String version, Map<String, String> headers) {
        return Jar.read(Jars.bundle(directory.resolve("made.jar"), NAME, version, headers));
    }

    private static BundleRow row(Jar jar) {
        return new BundleRow(
                jar.sha256(),
                jar.symbolicName(),
                jar.version(),
                jar.content().length,
                1,
                BundleRow.State.DEPLOYED,
                new UUID(0, 1));
    }

    private List<String> active() {
        return Arrays.stream(framework.getBundleContext().getBundles())
                .filter(bundle -> bundle.getBundleId() != 0 && bundle.getState() == Bundle.ACTIVE)
                .map(bundle -> bundle.getVersion().toString())
                .toList();
    }

    @Test
    void whatIsWantedRunsAndWhatIsWantedNoMoreIsGone() {
        Jar one = jar("1.0.0", Map.of());
        assertThat(bundles.here(row(one))).isEqualTo("missing");
        bundles.apply(List.of(row(one)), _ -> one.content());
        bundles.apply(List.of(row(one)), _ -> {
            throw new AssertionError("what the node has is not read again");
        });
        assertThat(active()).containsExactly("1.0.0");
        assertThat(bundles.here(row(one))).isEqualTo("active");
        Jar two = jar("2.0.0", Map.of());
        bundles.apply(List.of(row(two)), _ -> two.content());
        assertThat(active()).containsExactly("2.0.0");
        bundles.apply(List.of(), _ -> two.content());
        assertThat(framework.getBundleContext().getBundles()).hasSize(1);
    }

    @Test
    void ofAnUpgradeThatCannotRunTheEarlierVersionGoesOn() {
        Jar one = jar("1.0.0", Map.of());
        bundles.apply(List.of(row(one)), _ -> one.content());
        Jar bad = jar("2.0.0", Map.of("Import-Package", "org.nowhere;version=\"[7,8)\""));
        assertThatThrownBy(() -> bundles.apply(List.of(row(bad)), _ -> bad.content()))
                .isInstanceOfSatisfying(SeraiException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ClusterError.BUNDLE_REFUSED);
                    assertThat(refused.reason()).contains("org.nowhere");
                });
        assertThat(active()).containsExactly("1.0.0");
        assertThat(framework.getBundleContext().getBundles()).hasSize(2);
    }

    @Test
    void aNodesOwnBundleOfTheSameVersionIsLeftAlone() throws Exception {
        Jar one = jar("1.0.0", Map.of());
        Path own = Files.write(directory.resolve("own.jar"), one.content());
        framework.getBundleContext().installBundle(own.toUri().toString()).start();
        bundles.apply(List.of(row(one)), _ -> {
            throw new AssertionError("what the node has of its own is not read");
        });
        assertThat(bundles.here(row(one))).isEqualTo("own");
        bundles.apply(List.of(), _ -> one.content());
        assertThat(active()).containsExactly("1.0.0");
    }
}
