package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.system.ConformanceTool.Outcome;

/**
 * Conformance to SCSI and iSCSI of a thin LU that a node exports, test by test as it is written in
 * {@code conformance/iscsi-test-cu.txt}: whatever becomes of a test that is not what is expected is red, be it better or
 * worse. With {@code -Dserai.update=true} the list is written instead; {@code docs/conformance.md} argues for it.
 */
class ConformanceTest {
    private static final Path PROJECT = Path.of(System.getProperty("serai.project"));
    private static final Path EXPECTED =
            PROJECT.resolve("testing/system/src/test/resources/conformance/iscsi-test-cu.txt");
    private static final Path LOG = PROJECT.resolve("testing/system/target/iscsi-test-cu.log");
    private static final Pattern ROW =
            Pattern.compile("^\\| (\\S+) \\| (\\d+) / (\\d+) / (\\d+) \\| \\d+ / \\d+ / \\d+ \\|$", Pattern.MULTILINE);
    private static final int TGT_PASSES = 173;

    @RegisterExtension
    static final Site SITE = new Site();

    private static ConformanceTool tool;

    @BeforeAll
    static void anExportedLu() throws IOException {
        NodeProcess node = SITE.started("conform");
        node.exec("cluster:create site");
        node.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv") + ":1G");
        node.exec("client:create acme");
        node.exec("lu:create disk1 --pool pool1 --client acme --size 100M");
        String url = node.json("lu:export disk1 --initiator any").path("url").asText();
        Files.createDirectories(LOG.getParent());
        Files.deleteIfExists(LOG);
        // two sessions of two initiators are two paths, whichever portal they come by
        tool = new ConformanceTool(LOG, List.of(url, url));
    }

    private static Map<String, Outcome> expected() throws IOException {
        try (Stream<String> lines = Files.lines(EXPECTED)) {
            return lines.map(line -> line.split(" "))
                    .collect(Collectors.toMap(
                            words -> words[0], words -> Outcome.valueOf(words[1]), (a, b) -> a, TreeMap::new));
        }
    }

    @Test
    void inOneProcessEveryTestEndsAsExpected() throws Exception {
        Map<String, Outcome> outcomes = tool.inOneProcess();
        if (Boolean.getBoolean("serai.update")) {
            Files.write(
                    EXPECTED,
                    outcomes.entrySet().stream()
                            .map(each -> each.getKey() + " " + each.getValue())
                            .toList());
        }
        assertThat(outcomes).as("log: %s", LOG).isEqualTo(expected());
    }

    @Test
    void inAProcessForEachSuiteEveryTestEndsAsExpected() throws Exception {
        assertThat(tool.aProcessForEachSuite()).as("log: %s", LOG).isEqualTo(expected());
    }

    @Test
    void moreTestsPassThanWithTgt() throws Exception {
        assertThat(expected().values()).filteredOn(Outcome.PASSED::equals).hasSizeGreaterThan(TGT_PASSES);
    }

    @Test
    void theDocumentCountsAndArguesForWhatIsExpected() throws Exception {
        String document = Files.readString(PROJECT.resolve("docs/conformance.md"));
        Map<String, String> counted = ROW.matcher(document)
                .results()
                .collect(Collectors.toMap(row -> row.group(1), ConformanceTest::counts, (a, b) -> a, TreeMap::new));
        Map<String, String> suites = new TreeMap<>();
        Map<String, Outcome> expected = expected();
        expected.keySet().forEach(test -> suites.put(suite(test), counts(expected, suite(test))));
        assertThat(counted).isEqualTo(suites);
        expected.forEach((test, outcome) -> {
            if (outcome != Outcome.PASSED) {
                assertThat(document).as("why %s is %s", test, outcome).contains("`" + test + "`");
            }
        });
    }

    private static String counts(MatchResult row) {
        return row.group(2) + " / " + row.group(3) + " / " + row.group(4);
    }

    private static String suite(String test) {
        return test.substring(0, test.indexOf('.'));
    }

    private static String counts(Map<String, Outcome> outcomes, String suite) {
        return Stream.of(Outcome.values())
                .map(outcome -> outcomes.entrySet().stream()
                        .filter(each -> suite(each.getKey()).equals(suite) && each.getValue() == outcome)
                        .count())
                .map(String::valueOf)
                .collect(Collectors.joining(" / "));
    }

    @Test
    void whatIsSkippedOrFailedIsNotTakenForPassed() {
        String said = """
                Suite: First
                  Test: Quiet ...passed
                  Test: Spoken ...    [SKIPPED] this is not there.
                passed
                  Test: Loud ...    [FAILED] one of many that are expected
                passed
                  Test: Bad ...FAILED
                    1. test.c:135  - CU_FAIL("[FAILED] no")    [SKIPPED] said when the suite ends

                Suite: Second
                  Test: Worse ...    [SKIPPED] part of it
                    [FAILED] the rest
                FAILED
                """;
        assertThat(ConformanceTool.outcomes(said))
                .isEqualTo(Map.of(
                        "First.Quiet", Outcome.PASSED,
                        "First.Spoken", Outcome.SKIPPED,
                        "First.Loud", Outcome.PASSED,
                        "First.Bad", Outcome.FAILED,
                        "Second.Worse", Outcome.FAILED));
    }
}
