package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** A thin LU that is larger than its pool: an initiator sees an error, nothing that was written is lost. */
class FullPoolTest {
    @RegisterExtension
    static final Site SITE = new Site();

    @Test
    void stopsWritesAndKeepsWhatWasWritten() throws Exception {
        NodeProcess node = SITE.started("full");
        node.exec("cluster:create site");
        node.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv1") + ":64M");
        node.exec("client:create acme");
        node.exec("lu:create big --pool pool1 --client acme --size 1G");
        String url = node.json("lu:export big --initiator any").path("url").asText();

        assertThat(QemuIo.run(url, "write -P 0x5a 0 16M")).contains("wrote 16777216/16777216");
        assertThat(QemuIo.run(url, "write -P 0xa5 16M 100M")).contains("failed");

        assertThat(QemuIo.run(url, "read -P 0x5a 0 16M"))
                .contains("read 16777216/16777216")
                .doesNotContain("Pattern verification failed");
        assertThat(node.json("pool:check pool1").path("ok").asBoolean()).isTrue();

        node.exec("lu:unexport big");
        node.exec("lu:delete big");
        assertThat(node.json("pool:info pool1").path("used_bytes").asLong()).isZero();
    }
}
