package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.GuestLog;
import org.serai.launcher.nodes.NodeProcess;

/** A partition cannot run twice: tried by two starts at once, from elsewhere, and with its node stopped by SIGSTOP. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunsOnceTest {
    private static final Duration BOOT = Duration.ofSeconds(120);

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess a;
    private static NodeProcess b;

    @BeforeAll
    static void aPartition() {
        List<NodeProcess> nodes = SITE.cluster("once-a", "once-b");
        a = nodes.get(0);
        b = nodes.get(1);
        a.exec("lu:create disk1 --pool pool1 --client acme --size 64M");
        a.exec("lpar:create guest --client acme --memory 128M --cpus 1" + Site.guestOptions() + " --lu disk1");
        Pools.awaitAttached(b, "pool1");
    }

    @Test
    @Order(1)
    void ofTwoStartsAtOnceOneWins() throws Exception {
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> onA = both.submit(starts(a));
            Future<Boolean> onB = both.submit(starts(b));
            assertThat(List.of(onA.get(), onB.get())).containsExactlyInAnyOrder(true, false);
        }
        assertThat(a.json("lpar:info guest").path("state").asText()).isEqualTo("running");
        String runsOn = a.json("lpar:info guest").path("node").asText();
        if (runsOn.equals("once-b")) {
            NodeProcess other = a;
            a = b;
            b = other;
        }
        console(a).await(line -> line.record() >= 3, BOOT, "write records");
    }

    @Test
    @Order(2)
    void whileItRunsNobodyElseGetsItOrItsDisk() {
        assertThat(code(b, "lpar:start guest --target " + nameOf(b))).startsWith("SERAI-LPAR-");
        assertThat(code(b, "lpar:remote-restart guest")).isEqualTo("SERAI-LPAR-0004");
        assertThat(code(a, "lpar:start guest")).startsWith("SERAI-LPAR-");
        assertThat(code(b, "lu:export disk1 --initiator any")).isEqualTo("SERAI-LU-0003");
        assertThat(code(b, "lu:delete disk1")).isEqualTo("SERAI-LU-0003");
    }

    @Test
    @Order(3)
    void whenItsNodeHangsTheNodeIsDeadBeforeItRunsElsewhere() throws Exception {
        Processes stopped = Processes.of(a);
        GuestLog.Line before = console(a).last().orElseThrow();
        long node = a.status().path("pid").asLong();
        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(node))
                        .start()
                        .waitFor())
                .isZero();

        b.exec("lpar:remote-restart guest", System.err::println);

        stopped.assertOver();
        GuestLog.Line after = console(b).await(line -> line.record() > before.record(), BOOT, "boot again and write");
        assertThat(after.boot()).isNotEqualTo(before.boot());
        assertThat(after.bad()).isZero();
        assertThat(b.json("pool:check pool1").path("ok").asBoolean()).isTrue();
    }

    private static Callable<Boolean> starts(NodeProcess node) {
        return () -> {
            try {
                node.exec("lpar:start guest --target " + nameOf(node));
                return true;
            } catch (CommandFailed refused) {
                return false;
            }
        };
    }

    private static String nameOf(NodeProcess node) {
        return node.instance().getFileName().toString();
    }

    private static String code(NodeProcess node, String command) {
        return Site.error(node, command).path("code").asText();
    }

    private static GuestLog console(NodeProcess node) {
        return new GuestLog(
                Path.of(node.json("lpar:info guest").path("console_log").asText()));
    }
}
