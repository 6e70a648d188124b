package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.launcher.nodes.NodeProcess;

/** What an initiator reserves holds through the end of the node, and through another one that takes the export over. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReservationsTest {
    private static final String HOLDER = "iqn.2026-11.org.example:holder";
    private static final String OTHER = "iqn.2026-11.org.example:other";
    private static final long KEY = 0x1234_5678_9ABC_DEF0L;
    private static final int REGISTER = 0;
    private static final int RESERVE = 1;
    private static final int CLEAR = 3;
    private static final int READ_KEYS = 0;
    private static final int READ_RESERVATION = 1;
    private static final int WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 5;
    private static final int APTPL = 0x01;
    private static final int ALL_TG_PT = 0x04;

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess a;
    private static NodeProcess b;
    private static String suiteUrl;

    @BeforeAll
    static void twoNodesAndTwoDisks() {
        var nodes = SITE.cluster("reserve-a", "reserve-b");
        a = nodes.getFirst();
        b = nodes.getLast();
        a.exec("lu:create kept --pool pool1 --client acme --size 64M");
        a.exec("lu:create lost --pool pool1 --client acme --size 64M");
        a.exec("lu:create suite --pool pool1 --client acme --size 64M");
        suiteUrl = exported(a, "suite");
    }

    private static String exported(NodeProcess node, String lu) {
        return url(node.json("lu:export " + lu + " --initiator any"));
    }

    private static String url(JsonNode export) {
        return export.path("url").asText();
    }

    private static String urlOf(NodeProcess node, String lu) {
        for (JsonNode export : node.json("target:list")) {
            if (export.path("lu").asText().equals(lu)) {
                return export.path("urls").path(0).asText();
            }
        }
        throw new AssertionError("LU " + lu + " is not exported");
    }

    /** Until node a, which runs anew, lets an initiator in: before that its target may lack its LU, or a URL. */
    private static String exportedAgain(String lu) {
        return await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsMatching(e -> e instanceof IOException
                        || e instanceof IllegalArgumentException
                        || e instanceof AssertionError)
                .until(
                        () -> {
                            String url = urlOf(a, lu);
                            new ScsiHost(HOLDER, url).close();
                            return url;
                        },
                        url -> true);
    }

    private static void reserve(ScsiHost holder, int flags) throws IOException {
        assertThat(holder.reserveOut(REGISTER, 0, 0, KEY, flags)).isEqualTo(ScsiHost.GOOD);
        assertThat(holder.reserveOut(RESERVE, WRITE_EXCLUSIVE_REGISTRANTS_ONLY, KEY, 0, 0))
                .isEqualTo(ScsiHost.GOOD);
    }

    private static void assertReserved(String url) throws IOException {
        try (ScsiHost holder = new ScsiHost(HOLDER, url);
                ScsiHost other = new ScsiHost(OTHER, url)) {
            ByteBuffer reservation = holder.reserveIn(READ_RESERVATION);
            assertThat(reservation.getInt(4)).as("a reservation is held").isEqualTo(16);
            assertThat(reservation.getLong(8)).isEqualTo(KEY);
            assertThat(reservation.get(21)).isEqualTo((byte) WRITE_EXCLUSIVE_REGISTRANTS_ONLY);
            assertThat(other.write(0)).isEqualTo(ScsiHost.RESERVATION_CONFLICT);
            assertThat(other.read(0)).isEqualTo(ScsiHost.GOOD);
            assertThat(holder.write(0)).isEqualTo(ScsiHost.GOOD);
        }
    }

    @ParameterizedTest
    @Order(0)
    @ValueSource(
            strings = {
                "PrinReadKeys",
                "PrinServiceactionRange",
                "PrinReportCapabilities",
                "ProutRegister",
                "ProutReserve",
                "ProutClear",
                "ProutPreempt",
                "Reserve6"
            })
    void conformanceTestsPassWithTheDatabaseBehind(String family) throws Exception {
        Process process = new ProcessBuilder("iscsi-test-cu", "-d", "-v", "-t", "ALL." + family, suiteUrl)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("passed");
        // the unit attention of a reset that the tool asked for is a failure in its words; it repeats the command
        assertThat(said.lines())
                .noneMatch(line -> line.contains("[FAILED]") && !line.contains("BUS_DEVICE_RESET_FUNCTION_OCCURED"));
    }

    @Test
    @Order(1)
    void aReservationHolds() throws Exception {
        String kept = exported(a, "kept");
        try (ScsiHost holder = new ScsiHost(HOLDER, kept)) {
            reserve(holder, APTPL | ALL_TG_PT);
        }
        assertReserved(kept);
        try (ScsiHost holder = new ScsiHost(HOLDER, exported(a, "lost"))) {
            reserve(holder, 0);
        }
    }

    @Test
    @Order(2)
    void itSurvivesTheNodeIfTheInitiatorSaysSo() throws Exception {
        a.killEverything();
        a.start();
        assertReserved(exportedAgain("kept"));
        try (ScsiHost holder = new ScsiHost(HOLDER, exportedAgain("lost"))) {
            ByteBuffer keys = holder.reserveIn(READ_KEYS);
            assertThat(keys.getInt(0)).as("the generation begins anew").isZero();
            assertThat(keys.getInt(4))
                    .as("the only node with the LU has lost its power")
                    .isZero();
        }
    }

    @Test
    @Order(3)
    void itHoldsThroughAnotherNodeThatTakesTheExportOver() throws Exception {
        try (ScsiHost holder = new ScsiHost(HOLDER, urlOf(a, "lost"))) {
            reserve(holder, ALL_TG_PT);
        }
        a.killEverything();
        assertReserved(exported(b, "kept"));
        String lost = exported(b, "lost");
        assertReserved(lost);
        try (ScsiHost holder = new ScsiHost(HOLDER, lost);
                ScsiHost other = new ScsiHost(OTHER, lost)) {
            assertThat(holder.reserveIn(READ_KEYS).getInt(4))
                    .as("a key for each port")
                    .isEqualTo(16);
            assertThat(other.reserveOut(CLEAR, 0, KEY, 0, 0)).isEqualTo(ScsiHost.RESERVATION_CONFLICT);
            assertThat(holder.reserveOut(CLEAR, 0, KEY, 0, 0)).isEqualTo(ScsiHost.GOOD);
            assertThat(other.write(0)).isEqualTo(ScsiHost.GOOD);
        }
    }

    @Test
    @Order(4)
    void anLuIsDeletedWithWhatIsReservedOfIt() {
        b.exec("lu:unexport kept");
        b.exec("lu:delete kept");
        assertThat(b.exec("lu:list")).doesNotContain("kept");
    }
}
