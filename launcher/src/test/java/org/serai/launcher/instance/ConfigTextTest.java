package org.serai.launcher.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigTextTest {
    private static final String COMMENTED = """
            {
              ":configurator:resource-version": 1,
              // where the portal listens
              "org.serai.iscsi": {
                // the address
                // "host": "127.0.0.1",
                // the port
                // "port": 3260
              }
            }
            """;

    @Test
    void aCommentedPropertyComesToLifeInItsPlace() throws IOException {
        String text = new ConfigText(COMMENTED).with("org.serai.iscsi", "port", 4000L);

        assertThat(text).contains("// the port\n    \"port\": 4000\n").contains("// \"host\": \"127.0.0.1\",");
        assertThat(new ConfigText(text).values()).containsEntry("org.serai.iscsi", Map.of("port", 4000L));
    }

    @Test
    void propertiesSetInAnyOrderKeepTheFileValid() throws IOException {
        String port = new ConfigText(COMMENTED).with("org.serai.iscsi", "port", 4000L);
        String both = new ConfigText(port).with("org.serai.iscsi", "host", "a");
        String third = new ConfigText(both).with("org.serai.iscsi", "extra", true);
        String host = new ConfigText(COMMENTED).with("org.serai.iscsi", "host", "a");
        String thenPort = new ConfigText(host).with("org.serai.iscsi", "port", 4000L);

        assertThat(new ConfigText(third).values().get("org.serai.iscsi"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("host", "a", "port", 4000L, "extra", true));
        assertThat(new ConfigText(thenPort).values().get("org.serai.iscsi"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("host", "a", "port", 4000L));
    }

    @Test
    void aPropertyThatIsThereIsReplacedAndCommentsStay() throws IOException {
        String once = new ConfigText(COMMENTED).with("org.serai.iscsi", "port", 4000L);
        String twice = new ConfigText(once).with("org.serai.iscsi", "port", 5000L);

        assertThat(twice).doesNotContain("4000").contains("// the port").contains("\"port\": 5000");
    }

    @Test
    void aNewPidIsAppended() throws IOException {
        String text = new ConfigText("{}").with("org.serai.node", "name", "say \"hi\"\\");

        assertThat(new ConfigText(text).values()).containsEntry("org.serai.node", Map.of("name", "say \"hi\"\\"));
        String second = new ConfigText(text).with("org.serai.cec", "serial", "1");
        assertThat(new ConfigText(second).values()).containsKeys("org.serai.node", "org.serai.cec");
    }

    @Test
    void removingFirstMiddleAndLastKeepsTheFileValid() throws IOException {
        String three = "{\"p\": {\n  \"a\": 1,\n  // about b\n  \"b\": [\"x\", \"y\"],\n  \"c\": \"z\"\n}}";

        for (String property : new String[] {"a", "b", "c"}) {
            String text = new ConfigText(three).without("p", property);
            assertThat(new ConfigText(text).values().get("p")).hasSize(2).doesNotContainKey(property);
            assertThat(text).contains("// about b");
        }
        String none = three;
        for (String property : new String[] {"c", "a", "b"}) {
            none = new ConfigText(none).without("p", property);
        }
        assertThat(new ConfigText(none).values().get("p")).isEmpty();
    }

    @Test
    void aBrokenFileIsRefusedWithItsLine() {
        assertThatThrownBy(() -> new ConfigText("{\n\"p\": {\n\"a\": null\n}}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 3");
        assertThatThrownBy(() -> new ConfigText("[]")).hasMessageContaining("one JSON object");
        assertThatThrownBy(() -> new ConfigText("{\"p\": {}, \"p\": {}}")).hasMessageContaining("twice");
    }
}
