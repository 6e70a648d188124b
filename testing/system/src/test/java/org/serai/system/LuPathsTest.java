package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** An LU that two nodes export: it moves from one to the other by command, and by itself when one dies. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LuPathsTest {
    private static final int ROUNDS = 5;
    private static final String A = "paths-a";
    private static final String B = "paths-b";

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess a;
    private static NodeProcess b;

    @BeforeAll
    static void twoNodesAndAPool() {
        a = SITE.started(A);
        b = SITE.started(B);
        b.exec("cluster:join " + a.json("cluster:create site").path("token").asText());
        a.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv1") + ":512M");
        a.exec("client:create acme");
    }

    /** Makes an LU that both nodes export, and a has. */
    private static void exported(String lu) {
        a.exec("lu:create " + lu + " --pool pool1 --client acme --size 64M");
        a.exec("lu:export " + lu + " --initiator any");
        b.exec("lu:export " + lu);
    }

    @Test
    @Order(1)
    void bothNodesTellWhichOneHasIt() {
        exported("disk1");
        for (NodeProcess asked : List.of(a, b)) {
            await().untilAsserted(() -> {
                assertThat(state(asked, "disk1", A)).isEqualTo("active");
                assertThat(state(asked, "disk1", B)).isEqualTo("standby");
            });
        }
        assertThat(Site.error(b, "lu:export disk1 --initiator any").path("code").asText())
                .isEqualTo("SERAI-SCSI-0002");
    }

    @Test
    @Order(2)
    void whatWasFlushedThroughOneIsThereThroughTheOtherAfterTheMove() throws Exception {
        exported("disk2");
        try (DiskLoad load = DiskLoad.on(url(a, "disk2", A), DiskContent.empty(), 1)) {
            load.goesOn(ROUNDS);
            b.exec("target:activate disk2");
            load.end().assertOn(url(b, "disk2", B), SITE.folder().resolve("copy"));
        }
        await().untilAsserted(() -> assertThat(state(a, "disk2", A)).isEqualTo("standby"));
        a.exec("target:activate disk2 --node " + A);
        assertThat(QemuIo.run(url(a, "disk2", A), "write -P 7 0 1M")).contains("wrote 1048576/1048576");
    }

    @Test
    @Order(3)
    void theOtherTakesItWithoutACommandWhenTheOneThatHasItDies() throws Exception {
        exported("disk3");
        try (DiskLoad load = DiskLoad.on(url(a, "disk3", A), DiskContent.empty(), 2)) {
            load.goesOn(ROUNDS);
            new ProcessBuilder("kill", "-KILL", a.status().path("pid").asText())
                    .inheritIO()
                    .start()
                    .waitFor();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(state(b, "disk3", B)).isEqualTo("active"));
            assertThat(a.pids()).isEmpty();
            load.end().assertOn(url(b, "disk3", B), SITE.folder().resolve("copy"));
        }
        // Each LU is taken by itself, and the other node's silence may be counted anew.
        await().untilAsserted(() -> {
            assertThat(state(b, "disk3", A)).isEqualTo("unavailable");
            assertThat(state(b, "disk2", B)).isEqualTo("active");
        });
    }

    @Test
    @Order(4)
    void whoComesBackIsAStandbyPathUntilItIsAskedToTakeIt() throws Exception {
        a.start();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(state(b, "disk3", A)).isEqualTo("standby"));
        // the interconnect may see it a little later than the storage does
        Site.accepted(b, "target:activate disk3 --node " + A);
        await().untilAsserted(() -> assertThat(state(b, "disk3", A)).isEqualTo("active"));
        for (String lu : List.of("disk1", "disk2", "disk3")) {
            Site.accepted(b, "lu:unexport " + lu + " --everywhere");
        }
        await().untilAsserted(() -> assertThat(a.json("target:list")).isEmpty());
        assertThat(a.json("pool:check pool1").path("ok").asBoolean()).isTrue();
        a.exec("lu:delete disk3");
    }

    private static String url(NodeProcess asked, String lu, String node) {
        return target(asked, lu, node).path("urls").path(0).asText();
    }

    private static String state(NodeProcess asked, String lu, String node) {
        return target(asked, lu, node).path("state").asText();
    }

    private static JsonNode target(NodeProcess asked, String lu, String node) {
        for (JsonNode target : asked.json("target:list")) {
            if (target.path("node").asText().equals(node)
                    && target.path("lu").asText().equals(lu)) {
                return target;
            }
        }
        throw new AssertionError("node " + node + " does not export " + lu + ": " + asked.json("target:list"));
    }
}
