package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;

/** A bit that flips on a disk, in a pool with checksums of data: told, and never answered. */
class DataChecksumsTest {
    private static final int BLOCK = 4096;

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess node;

    @BeforeAll
    static void aPoolWithChecksums() {
        node = SITE.started("sums");
        node.exec("cluster:create site");
        node.exec("pool:create pool1 --checksum --pv " + pv("first") + ":256M " + pv("second") + ":256M");
        node.exec("diskgroup:create pool1 other --pv " + pv("second"));
        node.exec("tier:create pool1/other/all --pv " + pv("second"));
        node.exec("diskgroup:pvs pool1 default --pv " + pv("first"));
        node.exec("client:create acme");
    }

    @Test
    void itIsAnErrorWhereNoCopyIsAndTheCheckNamesIt() throws Exception {
        node.exec("lu:create alone --pool pool1 --client acme --size 16M");
        assertThat(QemuIo.run(exported("alone"), "write -P 0xe7 1M 64k")).contains("wrote 65536/65536");
        node.exec("lu:unexport alone");
        long at = flipABit("first", 0xe7);

        String url = exported("alone");

        assertThat(QemuIo.run(url, "read -P 0xe7 1M 64k")).contains("read failed");
        assertThat(QemuIo.run(url, "read -P 0xe7 1052672 60k"))
                .contains("read 61440/61440")
                .doesNotContain("verification failed");
        JsonNode check = check();
        assertThat(check.path("ok").asBoolean()).isFalse();
        assertThat(check.path("errors"))
                .singleElement()
                .extracting(JsonNode::asText)
                .asString()
                .contains("LU alone", "offset 1048576", pv("first") + " at " + at);

        assertThat(QemuIo.run(url, "write -P 0xe8 1M 64k")).contains("wrote 65536/65536");
        assertThat(check().path("ok").asBoolean()).isTrue();
    }

    @Test
    void itIsReadFromTheCopyAndMended() throws Exception {
        node.exec("lu:create kept --pool pool1 --client acme --size 16M");
        node.exec("lu:mirror kept --copy kept-b --tier pool1/other/all");
        assertThat(QemuIo.run(exported("kept"), "write -P 0xd3 2M 64k")).contains("wrote 65536/65536");
        assertThat(node.json("lu:resync kept").path("state").asText()).isEqualTo("synchronous");
        node.exec("lu:unexport kept");
        flipABit("first", 0xd3);
        String url = exported("kept");

        assertThat(QemuIo.run(url, "read -P 0xd3 2M 64k"))
                .contains("read 65536/65536")
                .doesNotContain("verification failed");

        node.exec("lu:unexport kept");
        node.exec("lu:unmirror kept");
        assertThat(QemuIo.run(exported("kept"), "read -P 0xd3 2M 64k"))
                .contains("read 65536/65536")
                .doesNotContain("verification failed");
    }

    /** What a check says, whether it finds errors or not. */
    private static JsonNode check() throws IOException {
        try {
            return node.json("pool:check pool1");
        } catch (CommandFailed foundErrors) {
            return new ObjectMapper().readTree(foundErrors.output());
        }
    }

    private static Path pv(String name) {
        return SITE.folder().resolve(name);
    }

    private static String exported(String lu) {
        return node.json("lu:export " + lu + " --initiator any").path("url").asText();
    }

    /** In the first block that holds nothing but that; returns where that is. */
    private static long flipABit(String pv, int pattern) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(pv(pv).toFile(), "rw")) {
            byte[] wanted = new byte[BLOCK];
            java.util.Arrays.fill(wanted, (byte) pattern);
            byte[] block = new byte[BLOCK];
            for (long at = 0; at + BLOCK <= file.length(); at += BLOCK) {
                file.seek(at);
                file.readFully(block);
                if (java.util.Arrays.equals(block, wanted)) {
                    file.seek(at + 100);
                    file.write(pattern ^ 4);
                    return at;
                }
            }
        }
        throw new AssertionError("no block of " + pv + " holds " + pattern);
    }
}
