package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** Initiators that know of one portal only are sent to the node that has the LU (RFC 7143, 11.13.5). */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RedirectionTest {
    private static final String A = "redirect-a";
    private static final String B = "redirect-b";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess a;
    private static NodeProcess b;

    @BeforeAll
    static void anLuThatTwoNodesExport() {
        a = SITE.started(A);
        b = SITE.started(B);
        b.exec("cluster:join " + a.json("cluster:create site").path("token").asText());
        a.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv1") + ":512M");
        a.exec("client:create acme");
        a.exec("lu:create disk --pool pool1 --client acme --size 64M");
        a.exec("lu:export disk --initiator any --redirect");
        b.exec("lu:export disk");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(A)).isEqualTo("active"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(B)).isEqualTo("standby"));
    }

    @Test
    @Order(1)
    void toolsReachTheLuThroughThePortalThatDoesNotHaveIt() throws Exception {
        assertThat(run("iscsi-inq", url(B)))
                .contains("SERAI")
                .as("where the session ended up")
                .doesNotContain("Failed");
        assertThat(QemuIo.run(url(B), "write -P 5 0 1M")).contains("wrote 1048576/1048576");
        assertThat(QemuIo.read(url(A), "read -P 5 0 1M")).contains("read 1048576/1048576");
        assertThat(run("qemu-img", "info", "-f", "raw", url(B))).contains("64 MiB");
    }

    @Test
    @Order(2)
    void afterAMoveTheOtherPortalIsTheOneThatSendsThem() throws Exception {
        b.exec("target:activate disk");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(B)).isEqualTo("active"));
        assertThat(QemuIo.read(url(A), "read -P 5 0 1M")).contains("read 1048576/1048576");
        assertThat(QemuIo.run(url(A), "write -P 6 0 1M")).contains("wrote 1048576/1048576");
        assertThat(QemuIo.read(url(B), "read -P 6 0 1M")).contains("read 1048576/1048576");
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static String url(String node) {
        return target(node).path("urls").path(0).asText();
    }

    private static String state(String node) {
        return target(node).path("state").asText();
    }

    private static JsonNode target(String node) {
        for (JsonNode target : a.json("target:list")) {
            if (target.path("node").asText().equals(node)) {
                return target;
            }
        }
        throw new AssertionError("node " + node + " does not export the LU: " + a.json("target:list"));
    }
}
