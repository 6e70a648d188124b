package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** A node that was stopped, or killed, is the same node afterwards. */
class RestartTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    static final Site SITE = new Site();

    @Test
    void identityPoolsAndPartitionsStay() {
        NodeProcess node = SITE.started("restart");
        node.exec("cluster:create site");
        node.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv1") + ":64M");
        node.exec("client:create acme");
        node.exec("lu:create disk1 --pool pool1 --client acme --size 16M");
        node.exec("lpar:create guest --client acme --memory 128M --cpus 1" + Site.guestOptions() + " --lu disk1");
        String exported = node.json("lu:create disk2 --pool pool1 --client acme --size 16M")
                .path("name")
                .asText();
        String url = node.json("lu:export " + exported + " --initiator any")
                .path("url")
                .asText();
        JsonNode nodes = node.json("node:list");

        node.stop();
        node.start();
        assertSame(node, nodes, url);

        node.killEverything();
        node.start();
        assertSame(node, nodes, url);
    }

    private static void assertSame(NodeProcess node, JsonNode nodes, String url) {
        JsonNode now = node.json("node:list");
        assertThat(now.path(0).path("id")).isEqualTo(nodes.path(0).path("id"));
        assertThat(now.path(0).path("portal")).isEqualTo(nodes.path(0).path("portal"));
        Pools.assertClean(node, "pool1");
        assertThat(node.json("lu:info disk1").path("size_bytes").asLong()).isEqualTo(16 << 20);
        assertThat(node.json("lpar:info guest").path("state").asText()).isEqualTo("stopped");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(node.json("target:list").toString()).contains(url));
    }
}
