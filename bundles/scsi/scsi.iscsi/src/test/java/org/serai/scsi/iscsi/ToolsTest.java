package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.scsi.Export;
import org.serai.scsi.ExportSpec.Chap;
import org.serai.scsi.ExportSpec.Mutual;

/** The real initiators: libiscsi's tools and conformance tests, and QEMU's. A tool that is not installed fails the test. */
class ToolsTest {
    private static final long TIMEOUT_S = 120;
    private static final int DISK_BYTES = 64 << 20;
    private static final Pattern RESULT = Pattern.compile("tests\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)");

    /** What a test prints when it did not find what it would look at, be it a failure or a command that is missing. */
    private static final Pattern TEST_SKIPPED = Pattern.compile("Test: \\w+ \\.\\.\\.\\s*\\[SKIPPED]");

    private final TestNode node = new TestNode();
    private final Chap chap = new Chap("serai-1", "0123456789abcdef");
    private final Export open = node.toAny("open", new MemoryLu(DISK_BYTES));
    private final Export own = node.toOne("own", Initiator.NAME, chap, new MemoryLu(DISK_BYTES));

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        node.close();
    }

    private record Outcome(int exitCode, String output) {}

    private Outcome run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "tool", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS))
                    .as(List.of(command) + " ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    private String url(Export export) {
        return export.urls().getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Read10",
                "Write10",
                "Inquiry",
                "ReadCapacity10",
                "ReadCapacity16",
                "TestUnitReady",
                "PrinReadKeys",
                "PrinServiceactionRange",
                "PrinReportCapabilities",
                "ProutRegister",
                "ProutReserve",
                "ProutClear",
                "ProutPreempt",
                "Reserve6"
            })
    void conformanceTestsPass(String family) throws Exception {
        Outcome outcome = run("iscsi-test-cu", "-d", "-v", "-t", "ALL." + family, url(open));
        Matcher result = RESULT.matcher(outcome.output());
        assertThat(result.find()).as(outcome.output()).isTrue();
        assertThat(Integer.parseInt(result.group(2))).as("tests run").isPositive();
        assertThat(Integer.parseInt(result.group(4))).as(outcome.output()).isZero();
        // the unit attention of a reset that the tool asked for is a failure in its words; it repeats the command
        assertThat(outcome.output().lines())
                .noneMatch(line -> line.contains("[FAILED]") && !line.contains("BUS_DEVICE_RESET_FUNCTION_OCCURED"));
        // BlockLimits looks at thin provisioning only
        long allowed = family.equals("Inquiry") ? 1 : 0;
        assertThat(TEST_SKIPPED.matcher(outcome.output()).results().count())
                .as(outcome.output())
                .isEqualTo(allowed);
    }

    @Test
    void listingShowsTheInitiatorsOwnTargets() throws Exception {
        String portal = "iscsi://" + node.portal();
        assertThat(run("iscsi-ls", portal).output()).contains("open").doesNotContain("own");
        String credentials = "iscsi://" + chap.user() + "%" + chap.secret() + "@" + node.portal();
        Outcome own = run("iscsi-ls", "-s", "-i", Initiator.NAME, credentials);
        assertThat(own.exitCode()).as(own.output()).isZero();
        assertThat(own.output()).contains("own", "open", "Lun:0", "DIRECT_ACCESS");
    }

    @Test
    void inquiryTellsWhoServesTheDisk() throws Exception {
        Outcome outcome = run("iscsi-inq", "-i", Initiator.NAME, url(own));
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("SERAI", "VIRTUAL DISK");
        assertThat(run("iscsi-inq", "-e", "1", "-c", "0", "-i", Initiator.NAME, url(own))
                        .output())
                .contains("0xc0", "0x83", "0xb2");
    }

    @Test
    void bothSidesProveThemselvesToLibiscsi() throws Exception {
        Chap both = new Chap("serai-2", "0123456789abcdef", Optional.of(new Mutual("serai-3", "fedcba9876543210")));
        String url = url(node.toOne("both", Initiator.NAME, both, new MemoryLu(DISK_BYTES)));
        assertThat(run("iscsi-inq", "-i", Initiator.NAME, url).exitCode()).isZero();
        assertThat(run("iscsi-inq", "-i", Initiator.NAME, url.replace("fedcba", "abcdef"))
                        .exitCode())
                .isNotZero();
    }

    @Test
    void aWrongSecretOpensNothing() throws Exception {
        String wrong = url(own).replace(chap.secret(), "0123456789abcdeX");
        assertThat(run("iscsi-inq", "-i", Initiator.NAME, wrong).exitCode()).isNotZero();
        assertThat(run("iscsi-inq", url(own)).exitCode())
                .as("another initiator")
                .isNotZero();
    }

    @Test
    void anImageIsConvertedThereAndBack() throws Exception {
        Path image = directory.resolve("image");
        byte[] data = new byte[DISK_BYTES];
        new Random(3).nextBytes(data);
        Files.write(image, data);
        Outcome there = run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image.toString(), url(open));
        assertThat(there.exitCode()).as(there.output()).isZero();
        Outcome compared = run("qemu-img", "compare", "-f", "raw", "-F", "raw", image.toString(), url(open));
        assertThat(compared.exitCode()).as(compared.output()).isZero();
        Path back = directory.resolve("back");
        run("qemu-img", "convert", "-f", "raw", "-O", "raw", url(open), back.toString());
        assertThat(Files.mismatch(image, back))
                .as("the first byte that differs")
                .isEqualTo(-1);
    }

    @Test
    void patternsAreWrittenAndRead() throws Exception {
        Outcome outcome = run(
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write -P 0x5a 0 4M",
                "-c",
                "write -f -P 0x33 1M 64k",
                "-c",
                "flush",
                "-c",
                "read -P 0x5a 0 1M",
                "-c",
                "read -P 0x33 1M 64k",
                "-c",
                "read -P 0x5a 1088k 2M",
                url(open));
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output()).doesNotContainIgnoringCase("failed").doesNotContainIgnoringCase("error");
    }
}
