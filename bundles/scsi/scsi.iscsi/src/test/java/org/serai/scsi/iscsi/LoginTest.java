package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.ExportSpec.Chap;
import org.serai.scsi.ExportSpec.Mutual;
import org.serai.scsi.ScsiError;

class LoginTest {
    private static final Chap CHAP = new Chap("serai-1", "0123456789abcdef");
    private static final String OTHER = "iqn.2026-11.org.example:other";
    private static final String OPEN = TestNode.PREFIX + "open";
    private static final String OWN = TestNode.PREFIX + "own";

    private final TestNode node = node();

    private static TestNode node() {
        TestNode made = new TestNode();
        made.toAny("open", new MemoryLu(1 << 20));
        made.toOne("own", Initiator.NAME, CHAP, new MemoryLu(1 << 20));
        made.toOne("others", OTHER, new Chap("serai-2", "fedcba9876543210"), new MemoryLu(1 << 20));
        return made;
    }

    @AfterEach
    void close() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({"5,MD5", "7,SHA-256"})
    void anInitiatorThatProvesItselfIsLetIn(String algorithm, String hash) throws Exception {
        try (Initiator initiator = new Initiator(node.port())) {
            assertThat(initiator
                            .loginChap(Initiator.NAME, OWN, CHAP, algorithm, hash)
                            .loginStatus())
                    .isZero();
            assertThat(initiator.loginStep(0x87).header().getShort(14)).isNotZero();
            assertThat(initiator.execute(0xC0, 96, "12 00 00 00 60 00").data()).hasSize(96);
        }
    }

    @Test
    void theBetterAlgorithmIsChosen() throws Exception {
        try (Initiator initiator = new Initiator(node.port())) {
            assertThat(initiator
                            .loginChap(Initiator.NAME, OWN, CHAP, "5,7", "SHA-256")
                            .loginStatus())
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"serai-1,0123456789abcdeX", "serai-2,0123456789abcdef", "serai-2,fedcba9876543210"})
    void aWrongNameOrSecretIsRefused(String user, String secret) throws Exception {
        try (Initiator initiator = new Initiator(node.port())) {
            assertThat(initiator
                            .loginChap(Initiator.NAME, OWN, new Chap(user, secret), "5", "MD5")
                            .loginStatus())
                    .isEqualTo(0x0201);
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"0x87,''", "0x83,AuthMethod=None", "0x83,''"})
    void nobodyGetsAroundChap(String flags, String key) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            var response = initiator.loginStep(
                    Integer.decode(flags),
                    "InitiatorName=" + Initiator.NAME,
                    "TargetName=" + OWN,
                    key.isEmpty() ? "InitiatorAlias=x" : key);
            if (response.loginStatus() == 0) {
                assertThat(response.flags() & 0x80).as("no transit").isZero();
                response = initiator.loginStep(0x87);
            }
            assertThat(response.loginStatus()).isIn(0x0200, 0x0201);
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }

    @Test
    void anothersTargetIsAsIfItWereNotThere() throws Exception {
        try (Initiator initiator = new Initiator(node.port());
                Initiator second = new Initiator(node.port())) {
            var others = initiator.login(TestNode.PREFIX + "others");
            var missing = second.login(TestNode.PREFIX + "missing");
            assertThat(others.loginStatus()).isEqualTo(0x0203).isEqualTo(missing.loginStatus());
            assertThat(others.data()).isEqualTo(missing.data());
        }
    }

    @Test
    void whoHasProvenItselfAndIsNotAdmittedIsToldSoAndMayComeAgain() throws Exception {
        AtomicBoolean closed = new AtomicBoolean(true);
        node.guarded(
                "guarded",
                initiator -> {
                    if (closed.get()) {
                        throw ScsiError.NO_SUCH_EXPORT.error("It is not let in", initiator + " is not there", "wait");
                    }
                },
                new MemoryLu(1 << 20));
        try (Initiator first = new Initiator(node.port())) {
            assertThat(first.login(TestNode.PREFIX + "guarded").loginStatus()).isEqualTo(0x0202);
            assertThat(first.closedByTarget()).isTrue();
        }
        closed.set(false);
        try (Initiator second = new Initiator(node.port())) {
            assertThat(second.login(TestNode.PREFIX + "guarded").loginStatus()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"host\n12:00:00 forged", "host,i,0x000000000001", "two words", "bell\u0007"})
    void aNameThatCannotBeIsRefused(String name) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            var response = initiator.login("iqn.2026-11.org.example:" + name, Optional.of(OPEN));
            assertThat(response.loginStatus()).isEqualTo(0x0200);
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }

    @Test
    void aKeyThatCannotBeEndsTheLogin() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            ByteBuffer request = initiator.header(0x43, 0x87);
            initiator.send(
                    request, Initiator.text("InitiatorName=" + Initiator.NAME, "TargetName=" + OPEN, "X\nforged=1"));
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }

    @Test
    void discoveryShowsWhatTheInitiatorMaySee() throws IOException {
        assertThat(discover(Initiator.NAME)).contains(OPEN, OWN).doesNotContain(TestNode.PREFIX + "others");
        assertThat(discover("iqn.2026-11.org.example:stranger")).contains(OPEN).doesNotContain(OWN);
    }

    private String discover(String name) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(name, Optional.empty());
            ByteBuffer request = initiator.header(0x44, 0x80);
            request.putInt(20, -1);
            initiator.send(request, Initiator.text("SendTargets=All"));
            return new String(initiator.receive().data());
        }
    }

    @Test
    void aDiscoverySessionHasNoCommands() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(Initiator.NAME, Optional.empty());
            assertThat(initiator.execute(0x80, 0, "00 00 00 00 00 00").opcode()).isEqualTo(0x3F);
        }
    }

    @Test
    void aNewLoginOfTheSamePortEndsTheOldSession() throws IOException {
        try (Initiator first = new Initiator(node.port());
                Initiator second = new Initiator(node.port())) {
            first.login(OPEN);
            assertThat(second.login(OPEN).loginStatus()).isZero();
            assertThat(first.closedByTarget()).isTrue();
            assertThat(second.ready().execute(0x80, 0, "00 00 00 00 00 00").status())
                    .isZero();
        }
    }

    @Test
    void operationalKeysAreAnswered() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            var keys = initiator
                    .login(
                            OPEN,
                            "HeaderDigest=None,CRC32C",
                            "MaxBurstLength=16776192",
                            "FirstBurstLength=4096",
                            "MaxConnections=8",
                            "ErrorRecoveryLevel=2",
                            "IFMarker=Yes",
                            "X-org.example.key=1")
                    .keys();
            assertThat(keys)
                    .containsEntry("HeaderDigest", "None")
                    .containsEntry("MaxBurstLength", "1048576")
                    .containsEntry("FirstBurstLength", "4096")
                    .containsEntry("MaxConnections", "8")
                    .containsEntry("ErrorRecoveryLevel", "0")
                    .containsEntry("IFMarker", "No")
                    .containsEntry("X-org.example.key", "NotUnderstood")
                    .containsEntry("TargetPortalGroupTag", "1");
        }
    }

    @ParameterizedTest
    @CsvSource({"MaxBurstLength,none", "MaxBurstLength,1", "InitialR2T,Maybe", "HeaderDigest,MD5"})
    void aValueThatCannotBeIsRejectedAndTheDefaultHolds(String key, String value) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            var response = initiator.login(OPEN, key + "=" + value);
            assertThat(response.loginStatus()).isZero();
            assertThat(response.keys()).containsEntry(key, "Reject");
            assertThat(initiator.ready().execute(0xC0, 96, "12 00 00 00 60 00").data())
                    .hasSize(96);
        }
    }

    @Test
    void whatIsOfCommandsIsIrrelevantToDiscovery() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            var response = initiator.login(Initiator.NAME, Optional.empty(), "MaxConnections=4", "ImmediateData=Yes");
            assertThat(response.loginStatus()).isZero();
            assertThat(response.keys())
                    .containsEntry("MaxConnections", "Irrelevant")
                    .containsEntry("ImmediateData", "Irrelevant")
                    .doesNotContainKey("TargetPortalGroupTag");
        }
    }

    @ParameterizedTest
    @CsvSource({"CHAP_A=5", "AuthMethod=None", "InitiatorName=" + OTHER, "SessionType=Discovery"})
    void whatWasSettledInOneStageIsNotSaidOtherwiseInTheNext(String key) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            var first = initiator.loginStep(
                    0x81, "InitiatorName=" + Initiator.NAME, "TargetName=" + OPEN, "AuthMethod=None");
            assertThat(first.loginStatus()).isZero();
            assertThat(initiator.loginStep(0x87, key).loginStatus()).isEqualTo(0x0200);
        }
    }

    @Test
    void aLoginStaysWhoItIs() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.loginStep(0x81, "InitiatorName=" + Initiator.NAME, "TargetName=" + OPEN, "AuthMethod=None");
            initiator.isid++;
            assertThat(initiator.loginStep(0x87).loginStatus()).isEqualTo(0x0200);
        }
    }

    @Test
    void aLoginComesInParts() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            var more = initiator.loginStep(0x44, "InitiatorName=" + Initiator.NAME, "TargetName=" + OPEN);
            assertThat(more.data()).isEmpty();
            assertThat(more.flags() & 0x80).isZero();
            assertThat(initiator.loginStep(0x87, "ImmediateData=Yes").keys())
                    .containsEntry("TargetPortalGroupTag", "1")
                    .containsEntry("ImmediateData", "Yes");
        }
    }

    @Test
    void aVersionThatIsTooNewIsRefused() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.send(
                    initiator.header(0x43, 0x87).put(2, (byte) 1).put(3, (byte) 1),
                    Initiator.text("InitiatorName=" + Initiator.NAME, "TargetName=" + OPEN));
            assertThat(initiator.receive().loginStatus()).isEqualTo(0x0205);
        }
    }

    @Test
    void aUrlNamesTheSecretsOfBothSides() {
        Chap mutual = new Chap("a", "0123456789abcdef", Optional.of(new Mutual("b", "fedcba9876543210")));
        assertThat(node.toOne("both", Initiator.NAME, mutual, new MemoryLu(1 << 20))
                        .urls()
                        .getFirst())
                .isEqualTo("iscsi://a%0123456789abcdef@" + node.portal() + "/" + TestNode.PREFIX
                        + "both/0?target_user=b&target_password=fedcba9876543210");
    }

    @Test
    void aPortInUseIsNamed() {
        TestNode.Config same = new TestNode.Config() {
            @Override
            public int port() {
                return node.port();
            }
        };
        assertThatThrownBy(() -> new TestNode(same))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(ScsiError.PORT_IN_USE))
                .hasMessageContaining(String.valueOf(node.port()));
    }

    @Test
    void aWildcardAddressIsRefused() {
        TestNode.Config wildcard = new TestNode.Config() {
            @Override
            public String host() {
                return "0.0.0.0";
            }
        };
        assertThatThrownBy(() -> new TestNode(wildcard)).hasMessageContaining("iscsi.host");
    }
}
