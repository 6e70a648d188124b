package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;

/** A redundant LU on two PVs, under load: one of them goes, comes back, and is lost for good; its node is killed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RedundantLuTest {
    private static final int ROUNDS = 10;
    private static final int ATTEMPTS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess a;
    private static NodeProcess b;

    @BeforeAll
    static void aPoolWithTwoDiskGroups() {
        a = SITE.started("mirror-a");
        b = SITE.started("mirror-b");
        b.exec("cluster:join " + a.json("cluster:create site").path("token").asText());
        // The first PV has the lease area, without which no node serves.
        a.exec("pool:create pool1 --pv " + pv("leases") + ":512M " + pv("left") + ":1G " + pv("right") + ":1G");
        for (String side : new String[] {"left", "right"}) {
            a.exec("diskgroup:create pool1 " + side + " --pv " + pv(side));
            a.exec("tier:create pool1/" + side + "/all --pv " + pv(side));
        }
        a.exec("client:create acme");
    }

    @Test
    @Order(1)
    void ioGoesOnWithoutEitherPvAndBothSidesBecomeAlikeAgain() throws Exception {
        String url = exported("disk1", "192M");
        try (DiskLoad load = DiskLoad.on(url, DiskContent.empty(), 1)) {
            load.goesOn(ROUNDS);
            a.exec("lu:mirror disk1 --copy disk1-b --tier pool1/right/all");
            load.goesOn(ROUNDS);
            awaitState(a, "disk1", "synchronous");
            for (String side : new String[] {"left", "right"}) {
                vanish(side);
                load.goesOn(ROUNDS);
                assertDegraded(side, side.equals("left") ? "primary_behind" : "copy_behind");
                load.goesOn(ROUNDS);
                comeBack(side);
                load.goesOn(ROUNDS);
                assertThat(a.json("lu:resync disk1").path("state").asText()).isEqualTo("synchronous");
                assertThat(a.json("lu:info disk1").path("state").asText()).isEqualTo("online");
                load.goesOn(ROUNDS);
            }
            assertSidesHold(a, "disk1", load.stop());
        }
    }

    private static void assertDegraded(String side, String state) throws IOException {
        JsonNode info = a.json("lu:info disk1");
        assertThat(info.path("state").asText()).isEqualTo("degraded");
        JsonNode mirror = info.path("mirror");
        assertThat(mirror.path("state").asText()).isEqualTo(state);
        assertThat(mirror.path("reason").asText()).contains("PV " + pv(side));
        // Only what is written since is copied; a part of the LU never is.
        assertThat(mirror.path("behind_bytes").asLong()).isBetween(1L, (192L << 20) - 1);
        awaitState(b, "disk1", state);
        assertThat(log(a)).contains("SERAI-LU-0019: redundant LU disk1 is degraded", pv(side).toString());
    }

    @Test
    @Order(2)
    void whoOnlyReadsIsLedToTheCopyWhileTheLuIsHeld() throws Exception {
        String url = exported("held", "64M");
        QemuIo.run(url, "write -P 7 0 1M");
        a.exec("lu:mirror held --copy held-b --tier pool1/right/all");
        awaitState(a, "held", "synchronous");
        // The other node hears of the copy a moment later.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(state(b, "held")).isEqualTo("synchronous"));
        String reading =
                b.json("lu:export held --initiator any --read-only").path("url").asText();
        assertThat(QemuIo.read(reading, "read -P 7 0 1M"))
                .contains("read 1048576/1048576")
                .doesNotContain("failed");
        QemuIo.run(url, "write -P 8 0 1M");
        assertThat(QemuIo.read(reading, "read -P 8 0 1M")).doesNotContain("failed");
        assertThat(QemuIo.run(reading, "write -P 9 0 1M")).contains("write protected");
        assertThat(b.exec("target:list")).contains("lu-read.held");
        b.exec("lu:unexport held --read-only");
        assertThat(Site.error(b, "lu:unexport held --read-only").path("code").asText())
                .isEqualTo("SERAI-SCSI-0003");
        a.exec("lu:unexport held");
        a.exec("lu:unmirror held");
        a.exec("lu:delete held");
    }

    @Test
    @Order(3)
    void aResyncThatDiesWithItsNodeIsEndedByTheOneThatTakesOver() throws Exception {
        for (int attempt = 1; ; attempt++) {
            String lu = "disk2-" + attempt;
            String url = exported(lu, "320M");
            a.exec("lu:mirror " + lu + " --copy " + lu + "-b --tier pool1/right/all");
            try (DiskLoad load = DiskLoad.on(url, DiskContent.empty(), attempt)) {
                load.goesOn(ROUNDS);
                awaitState(a, lu, "synchronous");
                vanish("right");
                assertThat(QemuIo.run(url, "write -P 0 64M 256M")).contains("wrote 268435456/268435456");
                load.goesOn(ROUNDS);
                comeBack("right");
                killAtFirst("takes part in redundant LU " + lu + " again");
                DiskContent written = load.end();
                boolean cutOff = state(b, lu).equals("copy_behind");
                b.exec("lu:export " + lu + " --initiator any");
                assertThat(b.json("lu:resync " + lu).path("state").asText()).isEqualTo("synchronous");
                assertSidesHold(b, lu, written);
                b.exec("lu:unmirror " + lu + "-b");
                b.exec("lu:delete " + lu + "-b");
                a.start();
                Pools.awaitAttached(a, "pool1");
                if (cutOff) {
                    return;
                }
                assertThat(attempt).as("each time the node was killed too late").isLessThan(ATTEMPTS);
            }
        }
    }

    /** As soon as the log has it: what is done next takes long. */
    private static void killAtFirst(String line) {
        ProcessHandle process =
                ProcessHandle.of(a.status().path("pid").asLong()).orElseThrow();
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> log(a).contains(line));
        assertThat(process.destroyForcibly()).isTrue();
    }

    @Test
    @Order(4)
    void theCopyIsPromotedOnceThePrimarysPvIsGoneForGood() throws Exception {
        DiskContent written;
        try (DiskLoad load = DiskLoad.on(exported("disk3", "64M"), DiskContent.empty(), 3)) {
            a.exec("lu:mirror disk3 --copy disk3-b --tier pool1/right/all");
            load.goesOn(ROUNDS);
            awaitState(a, "disk3", "synchronous");
            Files.delete(pv("left"));
            a.exec("pv:list pool1");
            load.goesOn(ROUNDS);
            assertThat(Site.error(a, "lu:promote disk3").path("code").asText()).isEqualTo("SERAI-LU-0003");
            assertThatExceptionOfType(CommandFailed.class)
                    .isThrownBy(() -> a.exec("lu:promote disk3 --dry-run"))
                    .withMessageContaining("disk3 is in use");
            written = load.stop();
        }
        a.exec("lu:unexport disk3");
        a.exec("lu:promote disk3");
        String url = export(b, "disk3-b");
        written.assertOn(url, scratch());
        try (DiskLoad load = DiskLoad.on(url, written, 4)) {
            load.goesOn(ROUNDS);
            b.exec("lu:unmirror disk3-b");
            b.exec("pv:add pool1 " + pv("new") + ":1G");
            b.exec("diskgroup:create pool1 new --pv " + pv("new"));
            b.exec("tier:create pool1/new/all --pv " + pv("new"));
            b.exec("lu:mirror disk3-b --copy disk3-c --tier pool1/new/all");
            load.goesOn(ROUNDS);
            assertThat(b.json("lu:resync disk3-b").path("state").asText()).isEqualTo("synchronous");
            assertSidesHold(b, "disk3-b", load.stop());
        }
    }

    /** Both sides, each read as the one that leads. */
    private static void assertSidesHold(NodeProcess node, String lu, DiskContent content) throws Exception {
        content.assertOn(url(node, lu), scratch());
        node.exec("lu:unexport " + lu);
        String copy = node.json("lu:promote " + lu).path("lu").asText();
        assertThat(copy).isNotEqualTo(lu);
        content.assertOn(export(node, copy), scratch());
        node.exec("lu:unexport " + copy);
        awaitState(node, lu, "synchronous");
    }

    private static Path pv(String name) {
        return SITE.folder().resolve(name);
    }

    private static Path scratch() {
        return SITE.folder().resolve("copy");
    }

    private static void vanish(String pv) throws IOException {
        Files.move(pv(pv), pv(pv + ".away"));
        // An open file is used on under any name, until somebody looks for the PV.
        a.exec("pv:list pool1");
    }

    private static void comeBack(String pv) throws IOException {
        Files.move(pv(pv + ".away"), pv(pv));
    }

    private static String state(NodeProcess node, String lu) {
        for (JsonNode mirror : node.json("lu:mirrors")) {
            if (mirror.path("lu").asText().equals(lu)
                    || mirror.path("copy").asText().equals(lu)) {
                return mirror.path("state").asText();
            }
        }
        throw new AssertionError(lu + " is not redundant");
    }

    private static void awaitState(NodeProcess node, String lu, String state) {
        await().atMost(PATIENCE).until(() -> state(node, lu), state::equals);
    }

    private static String exported(String lu, String size) {
        a.exec("lu:create " + lu + " --tier pool1/left/all --client acme --size " + size);
        return export(a, lu);
    }

    private static String export(NodeProcess node, String lu) {
        return node.json("lu:export " + lu + " --initiator any").path("url").asText();
    }

    private static String url(NodeProcess node, String lu) {
        for (JsonNode target : node.json("target:list")) {
            if (target.path("lu").asText().equals(lu)) {
                return target.path("urls").path(0).asText();
            }
        }
        throw new AssertionError(lu + " is not exported");
    }

    private static String log(NodeProcess node) {
        try {
            return Files.readString(node.instance().resolve("logs").resolve("serai.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
