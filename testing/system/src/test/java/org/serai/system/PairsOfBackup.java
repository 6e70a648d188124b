package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.serai.launcher.nodes.NodeProcess;

/**
 * Redundant LUs, each with its sides in two pools, of which a backup is made as long as they are alike. Then one goes on
 * without its first side, one is taken apart, and one has its copy put in its place.
 */
record PairsOfBackup(NodeProcess node, Path folder) {
    private static final Duration SOON = Duration.ofSeconds(60);

    void made() throws Exception {
        // The first PV of a pool has its lease area, without which no node serves.
        node.exec("pv:add pool1 " + left() + ":512M");
        node.exec("diskgroup:create pool1 left --pv " + left());
        node.exec("tier:create pool1/left/all --pv " + left());
        node.exec("pool:create pool2 --pv " + folder.resolve("pv-copies") + ":512M");
        for (String lu : new String[] {"alone", "apart", "swapped"}) {
            node.exec("lu:create " + lu + " --tier pool1/left/all --client acme --size 16M");
            node.exec("lu:mirror " + lu + " --copy " + lu + "-b --tier pool2/default/default");
            write(lu, 0x11);
            await().atMost(SOON).until(() -> state(lu), "synchronous"::equals);
        }
    }

    void changedAfterTheBackup() throws Exception {
        node.exec("lu:unmirror apart");
        write("apart", 0x22);
        node.exec("lu:unexport swapped");
        node.exec("lu:promote swapped");
        node.exec("lu:unmirror swapped-b");
        write("swapped-b", 0x22);
        Files.move(left(), away());
        // An open file is used on under any name, until somebody looks for the PV.
        node.exec("pv:list pool1");
        write("alone", 0x22);
        assertThat(state("alone")).isEqualTo("primary_behind");
    }

    /** The PV is there again, and holds what it held. */
    void broughtBack() throws IOException {
        Files.move(away(), left());
    }

    void assertRestored() throws Exception {
        for (String lu : new String[] {"alone", "apart", "swapped-b"}) {
            assertThat(QemuIo.run(exported(lu), "read -P 0x22 0 8M"))
                    .as(lu)
                    .contains("read 8388608/8388608")
                    .doesNotContain("failed");
        }
        assertThat(node.json("lu:resync alone").path("state").asText()).isEqualTo("synchronous");
        assertThat(node.json("lu:mirrors")).hasSize(1);
        // What the first side says now.
        node.exec("lu:unexport alone");
        node.exec("lu:unmirror alone");
        assertThat(QemuIo.run(exported("alone"), "read -P 0x22 0 8M")).doesNotContain("failed");
        assertThat(node.json("pool:check pool2").path("ok").asBoolean()).isTrue();
    }

    private void write(String lu, int pattern) throws Exception {
        assertThat(QemuIo.run(exported(lu), "write -P " + pattern + " 0 8M")).contains("wrote 8388608/8388608");
    }

    private String exported(String lu) {
        for (JsonNode target : node.json("target:list")) {
            if (target.path("lu").asText().equals(lu)) {
                return target.path("urls").path(0).asText();
            }
        }
        return node.json("lu:export " + lu + " --initiator any").path("url").asText();
    }

    private String state(String lu) {
        return node.json("lu:info " + lu).path("mirror").path("state").asText();
    }

    private Path left() {
        return folder.resolve("pv-left");
    }

    private Path away() {
        return folder.resolve("pv-left.away");
    }
}
