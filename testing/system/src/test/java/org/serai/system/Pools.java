package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;

/** How a node has a pool. */
final class Pools {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Pools() {}

    /** Until a node that has just started, or has not made the pool itself, has it open: a command waits for seconds only. */
    static void awaitAttached(NodeProcess node, String pool) {
        await("pool " + pool + " at " + node.instance().getFileName())
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(CommandFailed.class)
                .until(() -> node.json("pool:info " + pool).path("attached").asBoolean());
    }

    /** As soon as the node has the pool, nothing is wrong with that. */
    static void assertClean(NodeProcess node, String pool) {
        awaitAttached(node, pool);
        JsonNode check = node.json("pool:check " + pool);
        assertThat(check.path("ok").asBoolean()).as(check.toString()).isTrue();
        assertThat(check.path("errors").isEmpty()).as(check.toString()).isTrue();
    }
}
