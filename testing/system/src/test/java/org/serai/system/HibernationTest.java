package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.GuestLog;
import org.serai.launcher.nodes.NodeProcess;

/** Hibernation on one node: the image is used once, and only whole. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HibernationTest {
    private static final Duration BOOT = Duration.ofSeconds(120);
    private static final byte[] IMAGE_MAGIC = "SERAIIMG".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess node;
    private static GuestLog console;

    @BeforeAll
    static void aRunningPartition() throws InterruptedException {
        node = SITE.started("hibernation");
        node.exec("cluster:create site");
        node.exec("pool:create pool1 --pv " + pv() + ":1G");
        node.exec("client:create acme");
        node.exec("lu:create disk1 --pool pool1 --client acme --size 64M");
        node.exec("lpar:create guest --client acme --memory 128M --cpus 1" + Site.guestOptions() + " --lu disk1");
        node.exec("lpar:start guest");
        console = new GuestLog(
                Path.of(node.json("lpar:info guest").path("console_log").asText()));
        console.await(line -> line.record() >= 3, BOOT, "write records");
    }

    @Test
    @Order(1)
    void itGoesOnWhereItWas() throws InterruptedException {
        node.exec("lpar:hibernate guest");
        GuestLog.Line before = console.last().orElseThrow();
        assertThat(node.json("lpar:info guest").path("state").asText()).isEqualTo("hibernated");

        node.exec("lpar:resume guest");

        GuestLog.Line after = console.await(
                line -> line.boot().equals(before.boot()) && line.counter() == before.counter() + 1, BOOT, "go on");
        assertThat(after.bad()).isZero();
    }

    @Test
    @Order(2)
    void anImageIsUsedOnce() {
        assertThat(Site.error(node, "lpar:resume guest").path("code").asText()).isEqualTo("SERAI-LPAR-0003");
        assertThat(node.json("lpar:info guest").path("image").isNull()).isTrue();
    }

    @Test
    @Order(3)
    void aCorruptImageStartsNothing() throws IOException {
        JsonNode hibernated = node.json("lpar:hibernate guest").path("lpar");
        long at = offsetOfImage();
        flipBits(at + hibernated.path("image").path("stored_bytes").asLong() / 2);

        assertThat(Site.error(node, "lpar:resume guest").path("code").asText()).isEqualTo("SERAI-LPAR-0007");

        assertThat(node.json("lpar:info guest").path("state").asText()).isEqualTo("hibernated");
        assertThat(node.pids()).hasSize(2);

        flipBits(at + hibernated.path("image").path("stored_bytes").asLong() / 2);
        node.exec("lpar:resume guest");
        assertThat(node.json("lpar:info guest").path("state").asText()).isEqualTo("running");
    }

    @Test
    @Order(4)
    void withoutRoomItGoesOn() throws InterruptedException {
        long free = node.json("pool:info pool1").path("size_bytes").asLong()
                - node.json("pool:info pool1").path("used_bytes").asLong();
        node.exec("lu:create filler --pool pool1 --client acme --thick --size " + (free - (16 << 20)));
        GuestLog.Line before = console.last().orElseThrow();

        assertThat(Site.error(node, "lpar:hibernate guest").path("code").asText())
                .isEqualTo("SERAI-LPAR-0009");

        assertThat(node.json("lpar:info guest").path("state").asText()).isEqualTo("running");
        console.await(line -> line.counter() > before.counter() + 1, BOOT, "go on");
        assertThat(node.json("lu:list").toString()).doesNotContain("guest.hibernation");
    }

    @Test
    @Order(5)
    void anImageIsVoidOnceADiskWasWrittenWithoutThePartition() throws IOException, InterruptedException {
        node.exec("lu:delete filler");
        node.exec("lpar:hibernate guest");
        String url = node.json("lu:export disk1 --initiator any").path("url").asText();
        assertThat(QemuIo.run(url, "write -P 0x5e 60M 64k")).contains("wrote 65536/65536");
        node.exec("lu:unexport disk1");

        JsonNode error = Site.error(node, "lpar:resume guest");

        assertThat(error.path("code").asText()).isEqualTo("SERAI-LPAR-0008");
        assertThat(error.toString()).contains("LU disk1").contains("lpar:stop guest");
        assertThat(node.json("lpar:info guest").path("state").asText()).isEqualTo("hibernated");
        assertThat(node.pids()).hasSize(2);

        String slept = console.last().orElseThrow().boot();
        node.exec("lpar:stop guest --drop-image");
        node.exec("lpar:start guest");
        console = new GuestLog(
                Path.of(node.json("lpar:info guest").path("console_log").asText()));
        console.await(line -> !line.boot().equals(slept), BOOT, "boot from its disk");
    }

    private static Path pv() {
        return SITE.folder().resolve("pv1");
    }

    /** Where the image lies in the PV: found by its magic, as nothing else tells it outside the node. */
    private static long offsetOfImage() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(pv().toFile(), "r")) {
            byte[] block = new byte[IMAGE_MAGIC.length];
            long last = -1;
            for (long at = 0; at + 4096 <= file.length(); at += 4096) {
                file.seek(at);
                file.readFully(block);
                if (java.util.Arrays.equals(block, IMAGE_MAGIC)) {
                    last = at;
                }
            }
            assertThat(last).as("offset of the image in the PV").isNotNegative();
            return last;
        }
    }

    private static void flipBits(long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(pv().toFile(), "rw")) {
            file.seek(at);
            int value = file.read();
            file.seek(at);
            file.write(value ^ 0x55);
        }
    }
}
