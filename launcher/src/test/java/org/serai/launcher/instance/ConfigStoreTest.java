package org.serai.launcher.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigStoreTest {
    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void writeFile() throws IOException {
        path = folder.resolve("serai.json");
        Files.writeString(path, "{\n  // keep me\n  \"org.serai.iscsi\": {\n    \"port\": 3260\n  }\n}\n");
    }

    private ConfigStore store() {
        return new ConfigStore(
                ConfigFile.read(path), Map.of("org.acme", Map.of("x", 1L), "org.serai.iscsi", Map.of("port", 1L)));
    }

    @Test
    void theFileRulesAndFeaturesFillWhatItLacks() throws IOException {
        ConfigStore store = store();

        assertThat(store.load("org.serai.iscsi").get("port")).isEqualTo(3260L);
        assertThat(store.load("org.acme").get("x")).isEqualTo(1L);
        assertThat(Collections.list(store.getDictionaries())).hasSize(2);
        assertThat(store.exists("org.serai.cec")).isFalse();
        assertThatThrownBy(() -> store.load("org.serai.cec")).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsStoredIsInTheFileAfterARestartAndCommentsStay() throws IOException {
        Dictionary<String, Object> changed =
                new Hashtable<>(Map.of("port", 4000, "host", "a", "service.pid", "org.serai.iscsi", ":internal", 7L));

        store().store("org.serai.iscsi", changed);

        assertThat(Files.readString(path))
                .contains("// keep me")
                .doesNotContain("service.pid")
                .doesNotContain("internal");
        assertThat(ConfigFile.read(path).values().get("org.serai.iscsi"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("port", 4000L, "host", "a"));
    }

    @Test
    void whatIsTakenOutIsGoneFromTheFile() throws IOException {
        store().store("org.serai.iscsi", new Hashtable<>(Map.of("host", "a")));

        assertThat(ConfigFile.read(path).values().get("org.serai.iscsi"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("host", "a"));
    }

    @Test
    void bundlesShareAPid() throws IOException {
        assertThat(store().load("org.serai.iscsi").get("service.bundleLocation"))
                .isEqualTo("?");
    }
}
