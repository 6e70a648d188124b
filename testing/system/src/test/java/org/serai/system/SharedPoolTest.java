package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** Two nodes write to one pool; one of them dies, or hangs: the other goes on, and gets what was flushed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SharedPoolTest {
    private static final int ROUNDS = 10;
    private static final int WAITING_WRITES = 16;

    /** The first block behind those that a {@link DiskLoad} writes. */
    private static final int BEHIND = DiskContent.SLOTS * (DiskContent.SLOT_BYTES / ScsiHost.BLOCK_BYTES);

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess a;
    private static NodeProcess b;

    @BeforeAll
    static void aPoolOfTwoPvs() {
        a = SITE.started("shared-a");
        b = SITE.started("shared-b");
        b.exec("cluster:join " + a.json("cluster:create site").path("token").asText());
        a.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv1") + ":512M "
                + SITE.folder().resolve("pv2") + ":512M");
        a.exec("client:create acme");
        Pools.awaitAttached(b, "pool1");
    }

    @Test
    @Order(1)
    void afterTheKillOfANodeTheOtherGoesOnAndGetsItsDisk() throws Exception {
        String diskB = exported(b, "disk-b");
        exported(a, "disk-x");
        try (DiskLoad dying = DiskLoad.on(exported(a, "disk-a"), DiskContent.empty(), 1);
                DiskLoad living = DiskLoad.on(diskB, DiskContent.empty(), 2)) {
            dying.goesOn(ROUNDS);
            living.goesOn(ROUNDS);
            Processes killed = Processes.of(a);
            kill("KILL", a);
            living.goesOn(ROUNDS);
            String taken = url(b.json("lu:export disk-a --initiator any"));
            killed.assertOver();
            dying.end().assertOn(taken, SITE.folder().resolve("copy"));
            living.goesOn(ROUNDS);
            JsonNode broken = b.json("lock:break disk-x").path(0);
            assertThat(broken.path("node").asText()).isEqualTo("shared-a");
            assertThat(broken.path("until").asText()).isNotEmpty();
            b.exec("lu:unexport disk-x");
            assertClean(b);
            living.stop().assertOn(diskB, SITE.folder().resolve("copy"));
        }
        a.start();
        assertThat(a.json("lu:info disk-a").path("lock").path("node").asText()).isEqualTo("shared-b");
        assertClean(a);
    }

    @Test
    @Order(2)
    void aNodeThatHangsIsDeadBeforeTheOtherGetsItsDisk() throws Exception {
        Processes hanging = Processes.of(a);
        try (DiskLoad load = DiskLoad.on(exported(a, "disk-c"), DiskContent.empty(), 3)) {
            load.goesOn(ROUNDS);
            awaitSeen();
            kill("STOP", a);
            String taken = url(b.json("lu:export disk-c --initiator any"));
            hanging.assertOver();
            load.end().assertOn(taken, SITE.folder().resolve("copy"));
            assertClean(b);
        }
    }

    @Test
    @Order(3)
    void aNodeThatWakesUpAfterItWasTakenOverWritesNothing() throws Exception {
        a.start();
        Pools.awaitAttached(a, "pool1");
        Set<Long> stopped = a.pids();
        String url = exported(a, "disk-d");
        // Ends before the node is stopped: a write that was under way then may be completed later, on files.
        DiskContent written = writtenTo(url);
        awaitSeen();
        try (ScsiHost waiting = new ScsiHost("iqn.2026-11.org.example:waiting", url)) {
            writeBehind(waiting);
            // With the watchdog, which would otherwise end the node before anybody takes over.
            for (long pid : stopped) {
                signal("STOP", Long.toString(pid));
            }
            sendWritesBehind(waiting);
            String taken = url(b.json("lu:export disk-d --initiator any"));
            assertThat(stopped).allMatch(pid -> ProcessHandle.of(pid).isPresent());
            written.assertOn(taken, SITE.folder().resolve("copy"));
            assertThat(QemuIo.run(taken, "write -P 0 0 64M")).contains("wrote 67108864/67108864");
            try (DiskLoad after = DiskLoad.on(taken, DiskContent.empty(), 5)) {
                after.goesOn(ROUNDS);
                for (long pid : stopped) {
                    signal("CONT", Long.toString(pid));
                }
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> stopped.stream()
                                .noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
                after.goesOn(ROUNDS);
                after.stop().assertOn(taken, SITE.folder().resolve("copy"));
            }
            assertClean(b);
        }
    }

    private static DiskContent writtenTo(String url) throws Exception {
        try (DiskLoad load = DiskLoad.on(url, DiskContent.empty(), 4)) {
            load.goesOn(ROUNDS);
            return load.stop();
        }
    }

    /** Zeros, so that the blocks have their place on a PV, which whoever takes the LU over uses, too. */
    private static void writeBehind(ScsiHost host) throws Exception {
        for (int write = 0; write < WAITING_WRITES; write++) {
            assertThat(host.write(BEHIND + write)).isEqualTo(ScsiHost.GOOD);
        }
        assertThat(host.flush()).isEqualTo(ScsiHost.GOOD);
    }

    /** Writes to the same blocks, which wait in the node's sockets until it goes on. */
    private static void sendWritesBehind(ScsiHost host) throws Exception {
        byte[] block = new byte[ScsiHost.BLOCK_BYTES];
        Arrays.fill(block, (byte) 0xff);
        for (int write = 0; write < WAITING_WRITES; write++) {
            host.sendWrite(BEHIND + write, block);
        }
    }

    /** Node a runs anew since a short while: until b has heard of that. */
    private static void awaitSeen() {
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> nodeA(b),
                        seen -> seen.path("state").asText().equals("alive")
                                && seen.path("incarnation").equals(nodeA(a).path("incarnation")));
    }

    private static JsonNode nodeA(NodeProcess asked) {
        for (JsonNode node : asked.json("node:list")) {
            if (node.path("name").asText().equals("shared-a")) {
                return node;
            }
        }
        throw new AssertionError("there is no node shared-a");
    }

    private static String exported(NodeProcess node, String lu) {
        node.exec("lu:create " + lu + " --pool pool1 --client acme --size 64M");
        return url(node.json("lu:export " + lu + " --initiator any"));
    }

    private static String url(JsonNode export) {
        return export.path("url").asText();
    }

    private static void kill(String signal, NodeProcess node) throws Exception {
        signal(signal, node.status().path("pid").asText());
    }

    private static void signal(String signal, String pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor())
                .isZero();
    }

    private static void assertClean(NodeProcess node) {
        Pools.assertClean(node, "pool1");
    }
}
