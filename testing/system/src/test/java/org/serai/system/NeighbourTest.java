package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** A node loses the path to its pool, its neighbour does not: I/O goes on, and nobody takes over anything. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NeighbourTest {
    private static final int ROUNDS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than a lease and its margin. */
    private static final Duration LONG = Duration.ofSeconds(15);

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess a;
    private static NodeProcess b;
    private static String url;
    private static DiskContent content;

    @Test
    @Order(1)
    void ioGoesOnThroughTheNeighbourAndReturns() throws Exception {
        Files.createDirectory(shared());
        a = SITE.startedApart("near-a");
        b = SITE.started("near-b");
        b.exec("cluster:join " + a.json("cluster:create site").path("token").asText());
        a.exec("pool:create pool1 --pv " + shared().resolve("pv1") + ":512M " + shared().resolve("pv2") + ":512M");
        a.exec("client:create acme");
        a.exec("lu:create disk1 --pool pool1 --client acme --size 64M");
        exportAndAwaitNeighbour();
        await().atMost(PATIENCE).until(() -> of("near-a", "state"), "alive"::equals);
        try (DiskLoad load = DiskLoad.on(url, DiskContent.empty(), 1)) {
            load.goesOn(ROUNDS);
            String incarnation = of("near-a", "incarnation");
            for (int time = 0; time < 2; time++) {
                cut();
                load.goesOn(ROUNDS);
                await().atMost(PATIENCE).until(NeighbourTest::through, List.of("near-b", "near-b")::equals);
                await().atMost(PATIENCE).until(() -> b.exec("cluster:status").contains("storage (through near-b)"));
                goesOnForLong(load);
                await().atMost(PATIENCE).until(() -> of("near-a", "state"), "alive"::equals);
                mend();
                await().atMost(PATIENCE).until(() -> through().isEmpty());
                load.goesOn(ROUNDS);
            }
            assertThat(lockHolder()).as("nobody took anything over").isEqualTo("near-a");
            assertThat(of("near-a", "incarnation")).isEqualTo(incarnation);
            content = load.stop();
        }
        assertThat(a.exec("event:list --kind alert")).contains("goes through node near-b");
        await().atMost(PATIENCE)
                .until(() -> !b.json("pv:relayed").findValuesAsText("now").contains("true"));
        JsonNode relayed = b.json("pv:relayed");
        assertThat(relayed.findValuesAsText("node")).containsOnly("near-a");
        assertThat(relayed.findValues("written_bytes")).anyMatch(bytes -> bytes.asLong() > 0);
        assertThat(a.json("pool:check pool1").path("ok").asBoolean()).isTrue();
    }

    @Test
    @Order(2)
    void withWritesOnTheirWayAStoppedNodeIsTakenOverAndNothingIsWrittenLater() throws Exception {
        String there;
        try (DiskLoad load = throughTheNeighbour(2)) {
            Processes stopped = Processes.of(a);
            String node = a.status().path("pid").asText();
            assertThat(new ProcessBuilder("kill", "-STOP", node).start().waitFor())
                    .isZero();
            there = b.json("lu:export disk1").path("url").asText();
            stopped.assertOver();
            content = load.end();
        }
        assertHeldAndWriteAnew(there);
        goesBackToTheNode();
    }

    @Test
    @Order(3)
    void whoIsStoppedMeanwhileStopsInOrderAndLeavesNothingToWaitFor() throws Exception {
        try (DiskLoad load = throughTheNeighbour(3)) {
            a.stop();
            content = load.end();
        }
        assertThat(b.exec("event:list --subject node --action stopped")).contains("near-a was stopped in order");
        await().atMost(PATIENCE).until(() -> !b.json("node:list").toString().contains("through"));
        String there = b.json("lu:export disk1").path("url").asText();
        assertHeldAndWriteAnew(there);
        goesBackToTheNode();
    }

    @Test
    @Order(4)
    void withoutTheNeighbourTheNodeEndsAndNothingIsLost() throws Exception {
        try (DiskLoad load = throughTheNeighbour(4)) {
            List<Long> running = List.copyOf(a.pids());
            b.killEverything();
            await().atMost(PATIENCE)
                    .until(() -> running.stream()
                            .noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
            content = load.end();
        }
        b.start();
        String there = b.json("lu:export disk1 --initiator any").path("url").asText();
        // Until its pool is attached it cannot tell that the other node is over, and stands by.
        await().atMost(PATIENCE).until(() -> b.exec("target:list").contains("active"));
        content.assertOn(there, SITE.folder().resolve("copy"));
        assertThat(b.json("pool:check pool1").path("ok").asBoolean()).isTrue();
    }

    /** A client that writes, by a node that has just lost its path and goes through its neighbour. */
    private static DiskLoad throughTheNeighbour(long seed) throws Exception {
        cut();
        DiskLoad load = DiskLoad.on(url, content, seed);
        boolean done = false;
        try {
            load.goesOn(ROUNDS);
            await().atMost(PATIENCE).until(() -> !through().isEmpty());
            done = true;
            return load;
        } finally {
            if (!done) {
                load.close();
            }
        }
    }

    /** Started anew, with its path, it has the disk again, and finds its neighbour. */
    private static void goesBackToTheNode() {
        b.exec("lu:unexport disk1 --everywhere");
        a.start();
        exportAndAwaitNeighbour();
    }

    private static void exportAndAwaitNeighbour() {
        Pools.awaitAttached(a, "pool1");
        Pools.awaitAttached(b, "pool1");
        url = a.json("lu:export disk1 --initiator any").path("url").asText();
        // It is asked by messages, for which the nodes have to have found each other.
        await().atMost(PATIENCE).until(() -> a.json("node:info near-b").hasNonNull("live"));
    }

    /** What was acknowledged is there; then all of it is written anew, so that it would show if anybody wrote later. */
    private static void assertHeldAndWriteAnew(String there) throws Exception {
        content.assertOn(there, SITE.folder().resolve("copy"));
        assertThat(QemuIo.run(there, "write -q -P 0 0 64M")).isEmpty();
        content = DiskContent.empty();
    }

    private static void goesOnForLong(DiskLoad load) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (System.nanoTime() < end) {
            load.goesOn(1);
        }
    }

    private static Path shared() {
        return SITE.folder().resolve("shared");
    }

    /** From now on the folder of the PVs is another, empty one for that node. */
    private static void cut() throws Exception {
        inItsMounts("mount", "-t", "tmpfs", "none", shared().toString());
        a.exec("pv:list pool1");
    }

    private static void mend() throws Exception {
        inItsMounts("umount", shared().toString());
    }

    private static void inItsMounts(String... command) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("nsenter", "--mount", "--target", a.status().path("pid").asText()));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s (this test needs root) said: %s", all, said)
                .isZero();
    }

    private static List<String> through() {
        List<String> through = new ArrayList<>();
        a.json("pv:list pool1").forEach(pv -> {
            if (pv.hasNonNull("through")) {
                through.add(pv.path("through").asText());
            }
        });
        return through;
    }

    private static String of(String node, String field) {
        for (JsonNode each : b.json("node:list")) {
            if (each.path("name").asText().equals(node)) {
                return each.path(field).asText();
            }
        }
        return "";
    }

    private static String lockHolder() {
        return a.json("lock:list").path(0).path("node").asText();
    }
}
