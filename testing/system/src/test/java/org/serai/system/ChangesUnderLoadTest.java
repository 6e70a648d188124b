package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** What operators do to LUs and PVs while a client writes by iSCSI: on block devices, by commands, nothing is lost. */
class ChangesUnderLoadTest {
    private static final int ROUNDS = 10;
    private static final long MIB = 1 << 20;

    @RegisterExtension
    static final Site SITE = new Site();

    private static final List<String> DEVICES = new ArrayList<>();
    private static NodeProcess node;

    @BeforeAll
    static void aPoolOfTwoDevices() throws Exception {
        node = SITE.started("changes");
        node.exec("cluster:create site");
        node.exec("pool:create pool1 --pv " + device("disk1") + " " + device("disk2"));
        node.exec("client:create acme");
    }

    @AfterAll
    static void letGoOfTheDevices() throws Exception {
        node.killEverything();
        for (String device : DEVICES) {
            run("losetup", "--detach", device);
        }
    }

    @Test
    void aSnapshotAndItsCloneHoldWhatWasFlushedBefore() throws Exception {
        try (DiskLoad load = DiskLoad.on(exported("kept"), DiskContent.empty(), 1)) {
            load.goesOn(ROUNDS);
            DiskContent before = load.content();
            node.exec("lu:snapshot morning kept");
            DiskContent after = load.content();
            load.goesOn(ROUNDS);
            node.exec("lu:clone kept=tried --snapshot morning");
            load.goesOn(ROUNDS);
            DiskContent.assertOn(export("tried"), scratch(), before.until(after));
            load.stop().assertOn(url("kept"), scratch());
        }
        assertClean();
    }

    @Test
    void aRollbackBringsBackWhatWasAndWritesGoOn() throws Exception {
        String url = exported("undone");
        DiskContent kept;
        try (DiskLoad load = DiskLoad.on(url, DiskContent.empty(), 2)) {
            load.goesOn(ROUNDS);
            kept = load.stop();
        }
        node.exec("lu:snapshot good undone");
        try (DiskLoad load = DiskLoad.on(url, kept, 3)) {
            load.goesOn(ROUNDS);
            DiskContent before = load.content();
            node.exec("lu:rollback undone good");
            DiskContent after = load.content();
            load.goesOn(ROUNDS);
            DiskContent end = load.stop();
            DiskContent.assertOn(url, scratch(), slot -> {
                boolean writtenSince = end.slots()[slot] > after.round();
                return writtenSince ? Set.of(end.slots()[slot]) : rolledBack(kept, before, after, slot);
            });
        }
        node.exec("lu:rollback undone good");
        kept.assertOn(url, scratch());
        assertClean();
    }

    /** What was kept, or what was written while the rollback was under way. */
    private static Set<Integer> rolledBack(DiskContent kept, DiskContent before, DiskContent after, int slot) {
        Set<Integer> possible = before.until(after).apply(slot);
        if (before.possible(slot).size() == 1) {
            possible.remove(before.slots()[slot]);
        }
        possible.add(kept.slots()[slot]);
        return possible;
    }

    @Test
    void growingAndShrinkingLeaveTheRestAsItIs() throws Exception {
        try (DiskLoad load = DiskLoad.on(exported("sized"), DiskContent.empty(), 4)) {
            load.goesOn(ROUNDS);
            node.exec("lu:resize sized --size 128M");
            load.goesOn(ROUNDS);
            assertThat(QemuIo.run(url("sized"), "write -P 0x77 60M 60M")).contains("wrote 62914560/62914560");
            node.exec("lu:resize sized --size 60M --shrink");
            load.goesOn(ROUNDS);
            node.exec("lu:resize sized --size 96M");
            load.stop().assertOn(url("sized"), scratch());
        }
        assertThat(node.json("lu:info sized").path("size_bytes").asLong()).isEqualTo(96 * MIB);
        assertClean();
    }

    @Test
    void aDeviceIsDrainedAndRemovedAndAnLuMovedToATierOfItsOwn() throws Exception {
        try (DiskLoad load = DiskLoad.on(exported("moved"), DiskContent.empty(), 5)) {
            load.goesOn(ROUNDS);
            String leaving = DEVICES.get(1);
            node.exec("pv:add pool1 " + SITE.folder().resolve("pv3") + ":512M");
            node.exec("pv:remove pool1 " + leaving);
            assertThat(node.json("pv:list pool1").findValuesAsText("path"))
                    .doesNotContain(leaving)
                    .hasSize(2);
            load.goesOn(ROUNDS);

            String ssd = device("ssd");
            node.exec("pool:create fast --pv " + ssd);
            node.exec("lu:move moved fast");
            load.goesOn(ROUNDS);
            assertThat(node.json("lu:info moved").path("pool").asText()).isEqualTo("fast");
            load.stop().assertOn(url("moved"), scratch());
        }
        assertClean();
        JsonNode check = node.json("pool:check fast");
        assertThat(check.path("ok").asBoolean()).as(check.toString()).isTrue();
    }

    /** A block device of 512 MiB. */
    private static String device(String name) throws Exception {
        Path file = Files.createFile(SITE.folder().resolve(name));
        run("truncate", "--size", "512M", file.toString());
        String device = run("losetup", "--find", "--show", file.toString());
        DEVICES.add(device);
        return device;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
        return said;
    }

    private static String exported(String lu) {
        node.exec("lu:create " + lu + " --pool pool1 --client acme --size 64M");
        return export(lu);
    }

    private static String export(String lu) {
        return node.json("lu:export " + lu + " --initiator any").path("url").asText();
    }

    private static String url(String lu) {
        for (JsonNode target : node.json("target:list")) {
            if (target.path("lu").asText().equals(lu)) {
                return target.path("urls").path(0).asText();
            }
        }
        throw new AssertionError(lu + " is not exported");
    }

    private static Path scratch() {
        return SITE.folder().resolve("copy");
    }

    private static void assertClean() {
        JsonNode check = node.json("pool:check pool1");
        assertThat(check.path("ok").asBoolean()).as(check.toString()).isTrue();
    }
}
