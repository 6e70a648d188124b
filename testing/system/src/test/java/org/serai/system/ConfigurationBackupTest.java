package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;

/** The database is lost with a partition running: restored from a backup, nodes go on, data is there, nothing runs twice. */
class ConfigurationBackupTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    static final Site SITE = new Site();

    @Test
    void aClusterWhoseDatabaseIsLostGoesOnFromItsBackup() throws Exception {
        List<NodeProcess> nodes = SITE.cluster("bk-a", "bk-b");
        NodeProcess a = nodes.get(0);
        NodeProcess b = nodes.get(1);
        a.exec("lu:create disk1 --pool pool1 --client acme --size 64M");
        a.exec("lu:create disk2 --pool pool1 --client acme --size 64M");
        a.exec("lu:create gone --pool pool1 --client acme --size 16M");
        String url = b.json("lu:export disk1 --initiator any").path("url").asText();
        a.exec("lpar:create guest --client acme --memory 128M --cpus 1" + Site.guestOptions() + " --lu disk2");
        a.exec("lpar:start guest");
        PairsOfBackup pairs = new PairsOfBackup(a, SITE.folder());
        pairs.made();
        Path file = SITE.folder().resolve("site.backup");
        a.exec("cluster:backup --keep 1");
        JsonNode backup = a.json("cluster:backup " + file);
        assertThat(backup.path("nodes").asInt()).isEqualTo(2);

        assertThat(QemuIo.run(url, "write -P 0x33 0 8M")).contains("wrote 8388608/8388608");
        a.exec("lu:create newer --pool pool1 --client acme --size 16M");
        String newer = a.json("lu:export newer --initiator any").path("url").asText();
        assertThat(QemuIo.run(newer, "write -P 0x44 0 8M")).contains("wrote 8388608/8388608");
        a.exec("lu:delete gone");
        // What it is a clone of will be known, the snapshot will not.
        b.exec("lu:clone disk1=clone1 --snapshot later");
        pairs.changedAfterTheBackup();
        a.killEverything();
        pairs.broughtBack();
        loseDatabase(a);

        a.start();
        assertThat(code(a, "cluster:restore " + file)).as("b lives").isEqualTo("SERAI-CLUSTER-0010");
        b.killEverything();
        JsonNode plan = a.json("cluster:restore " + file + " --dry-run");
        assertThat(plan.path("possible").asBoolean()).isTrue();
        assertThat(plan.path("steps").toString())
                .contains("which the backup does not have")
                .contains("LU gone is in no pool any more")
                .contains("partition guest was running and is stopped");

        killInTheMiddle(a, file);
        a.start();
        // From a pool itself, of which only the PV is known now.
        String pv = " --pv " + SITE.folder().resolve("pv-copies");
        assertThat(a.json("cluster:backups" + pv)).hasSize(1);
        a.exec("cluster:restore" + pv);
        b.start();
        for (NodeProcess node : nodes) {
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> node.json("node:list").toString().split("\"alive\"").length == 3);
        }
        await().atMost(SOON).until(() -> QemuIo.run(url, "read -P 0x33 0 8M").contains("read 8388608/8388608"));
        assertThat(QemuIo.run(url, "read -P 0x33 0 8M")).doesNotContain("failed");

        b.exec("lpar:start guest --target bk-b");
        assertThat(code(a, "lpar:start guest --target bk-a")).startsWith("SERAI-LPAR-");
        a.exec("lu:delete gone");
        assertThat(a.json("pool:check pool1").path("ok").asBoolean()).isTrue();
        assertThat(a.json("lu:list").toString()).contains("disk1", "disk2").doesNotContain("gone", "newer");

        String stray = strayOf(b, 16 << 20);
        b.exec("lu:adopt " + stray + " --pool pool1 --client acme --name newer");
        String adopted = a.json("lu:export newer --initiator any").path("url").asText();
        assertThat(QemuIo.run(adopted, "read -P 0x44 0 8M"))
                .contains("read 8388608/8388608")
                .doesNotContain("failed");
        assertThat(code(a, "lu:adopt " + stray + " --pool pool1 --client acme --name twice"))
                .isEqualTo("SERAI-LU-0001");
        adoptClone(b);
        pairs.assertRestored();
    }

    /** Its data are with disk1, which is not deleted as long as that is so. */
    private static void adoptClone(NodeProcess node) throws Exception {
        node.exec("lu:unexport disk1");
        String stray = strayOf(node, 64 << 20);
        JsonNode refused = Site.error(node, "lu:delete disk1");
        assertThat(refused.path("code").asText()).isEqualTo("SERAI-LU-0012");
        assertThat(refused.path("cause").asText()).contains(stray);
        node.exec("lu:adopt " + stray + " --pool pool1 --client acme --name clone1");
        node.exec("lu:delete disk1");
        String url = node.json("lu:export clone1 --initiator any").path("url").asText();
        assertThat(QemuIo.run(url, "read -P 0x33 0 8M"))
                .contains("read 8388608/8388608")
                .doesNotContain("failed");
    }

    /** In the time in which the restore watches for nodes that live; what it left is found by the next one. */
    private static void killInTheMiddle(NodeProcess node, Path file) {
        try {
            node.exec("cluster:restore " + file, line -> {
                if (line.contains("watching")) {
                    node.killEverything();
                }
            });
        } catch (CommandFailed killed) {
            return;
        }
        throw new AssertionError("the restore came to its end although its node was killed");
    }

    private static String strayOf(NodeProcess node, long sizeBytes) {
        for (JsonNode stray : node.json("lu:strays pool1")) {
            if (stray.path("size_bytes").asLong() == sizeBytes) {
                return stray.path("id").asText();
            }
        }
        throw new AssertionError("no LU without a record has " + sizeBytes + " bytes");
    }

    private static String code(NodeProcess node, String command) {
        return Site.error(node, command).path("code").asText();
    }

    private static void loseDatabase(NodeProcess node) throws IOException {
        try (var files = Files.walk(node.instance().resolve("database"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
