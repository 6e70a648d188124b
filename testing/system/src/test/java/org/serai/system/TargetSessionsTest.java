package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;

/** What an operator sees and does of the sessions with a node while an initiator works. */
class TargetSessionsTest {
    private static final int ROUNDS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final Site SITE = new Site();

    @Test
    void aSessionIsShownMeasuredAndKickedAndComesBack() throws Exception {
        NodeProcess node = SITE.started("sessions");
        node.exec("cluster:create site");
        node.exec("pool:create pool1 --pv " + SITE.folder().resolve("sessions-pv") + ":1G");
        node.exec("client:create acme");
        node.exec("lu:create disk1 --pool pool1 --client acme --size 64M");
        String url = node.json("lu:export disk1 --initiator any").path("url").asText();
        try (DiskLoad load = DiskLoad.on(url, DiskContent.empty(), 1)) {
            load.goesOn(ROUNDS);
            JsonNode session = node.json("target:sessions").path(0);
            assertThat(session.path("written_bytes").asLong()).isPositive();
            assertThat(session.path("connections")).hasSize(1);
            assertThat(session.path("negotiated").has("ImmediateData")).isTrue();
            String target = session.path("target").asText();
            assertThat(node.json("target:info " + target).path("sessions")).hasSize(1);
            assertThat(node.exec("target:sessions")).contains(target);
            assertThat(node.json("target:top --count 2")).hasSize(2);
            await().atMost(PATIENCE)
                    .until(() -> node.json("target:top --count 1")
                                    .path(0)
                                    .path("iops")
                                    .asLong()
                            > 0);
            int id = session.path("id").asInt();
            node.exec("target:kick " + id);
            await().atMost(PATIENCE)
                    .until(() -> node.json("target:sessions").path(0).path("id").asInt(id) != id);
            load.goesOn(ROUNDS);
            assertThatExceptionOfType(CommandFailed.class).isThrownBy(() -> node.exec("target:kick " + id));
        }
    }
}
