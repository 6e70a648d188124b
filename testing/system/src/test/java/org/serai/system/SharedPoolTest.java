package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
    }

    @Test
    @Order(1)
    void afterTheKillOfANodeTheOtherGoesOnAndGetsItsDisk() throws Exception {
        String diskB = exported(b, "disk-b");
        try (DiskLoad dying = DiskLoad.on(exported(a, "disk-a"), DiskContent.empty(), 1);
                DiskLoad living = DiskLoad.on(diskB, DiskContent.empty(), 2)) {
            dying.goesOn(ROUNDS);
            living.goesOn(ROUNDS);
            kill("KILL", a);
            living.goesOn(ROUNDS);
            String taken = url(b.json("lu:export disk-a --initiator any"));
            assertThat(a.pids()).isEmpty();
            dying.end().assertOn(taken, SITE.folder().resolve("copy"));
            living.goesOn(ROUNDS);
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
        Set<Long> hanging = a.pids();
        try (DiskLoad load = DiskLoad.on(exported(a, "disk-c"), DiskContent.empty(), 3)) {
            load.goesOn(ROUNDS);
            kill("STOP", a);
            String taken = url(b.json("lu:export disk-c --initiator any"));
            assertThat(hanging).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
            load.end().assertOn(taken, SITE.folder().resolve("copy"));
            assertClean(b);
        }
    }

    private static String exported(NodeProcess node, String lu) {
        node.exec("lu:create " + lu + " --pool pool1 --client acme --size 64M");
        return url(node.json("lu:export " + lu + " --initiator any"));
    }

    private static String url(JsonNode export) {
        return export.path("url").asText();
    }

    private static void kill(String signal, NodeProcess node) throws Exception {
        String pid = node.status().path("pid").asText();
        assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor())
                .isZero();
    }

    private static void assertClean(NodeProcess node) {
        JsonNode check = node.json("pool:check pool1");
        assertThat(check.path("ok").asBoolean()).as(check.toString()).isTrue();
        assertThat(check.path("errors").isEmpty()).isTrue();
    }
}
