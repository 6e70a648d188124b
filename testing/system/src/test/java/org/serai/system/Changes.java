package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;

/** Operators who make and delete LUs at several nodes, one command after the other, and note what was acknowledged. */
final class Changes implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final ExecutorService operators = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<String> made = new ConcurrentSkipListSet<>();
    private final Set<String> deleted = new ConcurrentSkipListSet<>();
    private volatile boolean stopping;

    /** Begins, with an operator at each node. */
    Changes(String prefix, List<NodeProcess> nodes, String pool, String client) {
        for (NodeProcess node : nodes) {
            String names = prefix + nodes.indexOf(node) + "-";
            operators.execute(() -> {
                for (int i = 0; !stopping; i++) {
                    String lu = names + i;
                    if (acknowledged(node, "lu:create " + lu + " --size 1M --pool " + pool + " --client " + client)) {
                        made.add(lu);
                        if (i % 2 == 1) {
                            made.remove(lu); // as it is not known from here on
                            if (acknowledged(node, "lu:delete " + lu)) {
                                deleted.add(lu);
                            }
                        }
                    }
                }
            });
        }
    }

    private static boolean acknowledged(NodeProcess node, String command) {
        try {
            node.exec(command);
            return true;
        } catch (CommandFailed failed) {
            assertThat(failed.output()).as(command).contains("SERAI-");
            return false;
        }
    }

    int count() {
        return made.size();
    }

    /** Ends, and sees whether everything that was acknowledged is so at a node, and the rest whole or not there. */
    void assertKept(NodeProcess asked) throws InterruptedException {
        close();
        assertThat(operators.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .as("the operators' commands have ended")
                .isTrue();
        assertThat(made).isNotEmpty();
        // It hears a moment later of what was acknowledged last at others.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(asked.json("lu:list").findValuesAsText("name"))
                        .containsAll(made)
                        .doesNotContainAnyElementsOf(deleted));
        JsonNode check = asked.json("pool:check pool1");
        assertThat(check.path("ok").asBoolean()).as(check.toString()).isTrue();
    }

    @Override
    public void close() {
        stopping = true;
        operators.shutdown();
    }
}
