package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** A node whose wall clock jumps forward and back keeps its lease, and nobody takes it for dead. */
class ClockTest {
    @RegisterExtension
    static final Site SITE = new Site();

    @Test
    void wallClocksMeanNothing() throws Exception {
        Path library = SITE.folder().resolve("wallclock.so");
        assertThat(new ProcessBuilder(
                                "cc",
                                "-shared",
                                "-fPIC",
                                "-O2",
                                "-o",
                                library.toString(),
                                "src/test/native/wallclock.c")
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        Path offset = Files.writeString(SITE.folder().resolve("offset"), "0");
        NodeProcess jumping = SITE.node(
                "jumping", Map.of("LD_PRELOAD", library.toString(), "WALLCLOCK_OFFSET_FILE", offset.toString()));
        jumping.start("node.name=jumping");
        NodeProcess steady = SITE.started("steady");
        String token = jumping.json("cluster:create site").path("token").asText();
        steady.exec("cluster:join " + token);
        jumping.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv1") + ":64M");
        jumping.exec("client:create acme");
        jumping.exec("lu:create disk1 --pool pool1 --client acme --size 16M");
        jumping.exec("lu:export disk1 --initiator any");
        long pid = jumping.status().path("pid").asLong();
        await().until(() -> state(steady, "jumping").equals("alive"));

        for (String jump : new String[] {"86400", "-172800"}) {
            Files.writeString(offset, jump);
            await().during(Duration.ofSeconds(6))
                    .until(() -> state(steady, "jumping").equals("alive"));
        }

        assertThat(jumping.status().path("pid").asLong()).isEqualTo(pid);
        assertThat(Site.error(steady, "lu:delete disk1").path("code").asText()).isEqualTo("SERAI-LU-0003");
        assertThat(jumping.json("lu:info disk1").path("lock").path("node").asText())
                .isEqualTo("jumping");
    }

    private static String state(NodeProcess observer, String name) {
        for (JsonNode node : observer.json("node:list")) {
            if (node.path("name").asText().equals(name)) {
                return node.path("state").asText();
            }
        }
        return "unknown";
    }
}
