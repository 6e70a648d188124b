package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** A PV is gone for good while LUs with something on it are in use: it leaves its pool, and nothing else does. */
class LostPvTest {
    private static final int ROUNDS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final Site SITE = new Site();

    @Test
    void aRedundantLuIsServedOnWithoutALostPvAndGetsANewCopy() throws Exception {
        NodeProcess a = SITE.started("lost-a");
        NodeProcess b = SITE.started("lost-b");
        b.exec("cluster:join " + a.json("cluster:create site").path("token").asText());
        a.exec("pool:create pool1 --pv " + pv("leases") + ":512M " + pv("left") + ":512M " + pv("right") + ":512M");
        for (String side : new String[] {"left", "right"}) {
            a.exec("diskgroup:create pool1 " + side + " --pv " + pv(side));
            a.exec("tier:create pool1/" + side + "/all --pv " + pv(side));
        }
        a.exec("client:create acme");
        String url = exported(a, "disk1", "left");
        String alone = exported(a, "disk2", "right");
        assertThat(QemuIo.run(alone, "write -P 7 0 1M")).contains("wrote 1048576/1048576");
        String remove = "pv:remove pool1 " + pv("right") + " --lost";
        assertThat(code(a, remove)).isEqualTo("SERAI-POOL-0024");
        DiskContent written;
        try (DiskLoad load = DiskLoad.on(url, DiskContent.empty(), 1)) {
            a.exec("lu:mirror disk1 --copy disk1-b --tier pool1/right/all");
            load.goesOn(ROUNDS);
            await().atMost(PATIENCE).until(() -> mirror(a).path("state").asText(), "synchronous"::equals);
            Files.delete(pv("right"));
            a.exec("pv:list pool1");
            load.goesOn(ROUNDS);
            assertThat(a.json("lu:info disk1").path("state").asText()).isEqualTo("degraded");
            assertThat(Site.error(a, remove).toString())
                    .contains("SERAI-POOL-0012", "disk1-b is lost", "disk1 holds everything", "disk2 is lost");
            a.exec(remove + " --drop-data");
            load.goesOn(ROUNDS);
            assertThat(a.exec("pv:list pool1")).doesNotContain(pv("right").toString());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(b.exec("pv:list pool1"))
                            .doesNotContain(pv("right").toString()));
            assertThat(mirror(a).path("state").asText()).isEqualTo("copy_behind");
            assertThat(QemuIo.read(alone, "read 0 1M")).contains("Input/output error");
            a.exec("lu:unexport disk2");
            a.exec("lu:delete disk2");
            a.exec("lu:unmirror disk1");
            assertThat(a.exec("lu:list")).doesNotContain("disk1-b").doesNotContain("disk2");
            load.goesOn(ROUNDS);
            a.exec("pv:add pool1 " + pv("new") + ":512M --tier pool1/right/all");
            a.exec("lu:mirror disk1 --copy disk1-c --tier pool1/right/all");
            load.goesOn(ROUNDS);
            assertThat(a.json("lu:resync disk1").path("state").asText()).isEqualTo("synchronous");
            written = load.stop();
        }
        for (NodeProcess node : new NodeProcess[] {a, b}) {
            JsonNode check = node.json("pool:check pool1");
            assertThat(check.path("ok").asBoolean()).as(check.toString()).isTrue();
            assertThat(check.path("lost")).isEmpty();
        }
        a.exec("lu:unexport disk1");
        // Each side as the one that leads; at the other node, too.
        written.assertOn(export(b, "disk1"), SITE.folder().resolve("copy"));
        b.exec("lu:unexport disk1");
        b.exec("lu:promote disk1");
        written.assertOn(export(b, "disk1-c"), SITE.folder().resolve("copy"));
    }

    private static JsonNode mirror(NodeProcess node) {
        return node.json("lu:info disk1").path("mirror");
    }

    private static String code(NodeProcess node, String command) {
        return Site.error(node, command).path("code").asText();
    }

    private static String exported(NodeProcess node, String lu, String side) {
        node.exec("lu:create " + lu + " --tier pool1/" + side + "/all --client acme --size 64M");
        return export(node, lu);
    }

    private static String export(NodeProcess node, String lu) {
        return node.json("lu:export " + lu + " --initiator any").path("url").asText();
    }

    private static Path pv(String name) {
        return SITE.folder().resolve(name);
    }
}
