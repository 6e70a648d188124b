package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.scsi.Sessions.Load;
import org.serai.scsi.Sessions.Meter;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.NexusOwner;
import org.serai.scsi.spi.Targets;

/** What operators see of sessions, and where the command side has its word in them. */
class SessionsTest {
    private static final String TARGET = TestNode.PREFIX + "disk";
    private static final String READ = "28 00 00 00 00 00 00 00 08 00";

    private final TestNode node = new TestNode();

    {
        node.toAny("disk", new MemoryLu(1 << 20));
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aSessionIsShownWithWhatItDid() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET, "HeaderDigest=CRC32C", "ImmediateData=No");
            initiator.ready();
            initiator.send(initiator.command(0xC0, 4096, READ), new byte[0]);
            initiator.receiveData(4096);
            initiator.execute(0xC0, 4096, "28 00 7f ff ff ff 00 00 08 00");
            assertThat(node.sessions().sessions()).singleElement().satisfies(session -> {
                assertThat(session.initiator()).isEqualTo(Initiator.NAME);
                assertThat(session.target()).contains(TARGET);
                assertThat(session.initiatorSession()).isEqualTo("400000000001");
                assertThat(session.negotiated()).containsEntry("ImmediateData", "No");
                assertThat(session.connections()).singleElement().satisfies(connection -> {
                    assertThat(connection.negotiated()).containsEntry("HeaderDigest", "CRC32C");
                    assertThat(connection.peer()).contains("127.0.0.1");
                });
                assertThat(session.units()).singleElement().satisfies(unit -> {
                    assertThat(unit.readBytes()).isEqualTo(4096);
                    assertThat(unit.commands()).isEqualTo(2);
                    assertThat(unit.failed()).isEqualTo(1);
                    assertThat(unit.latency().p50Us())
                            .isLessThanOrEqualTo(unit.latency().maxUs());
                });
            });
        }
        await().until(() -> node.sessions().sessions().isEmpty());
    }

    @Test
    void aMeterTellsWhatCameSinceTheLastLook() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.ready();
            initiator.send(initiator.command(0xC0, 4096, READ), new byte[0]);
            initiator.receiveData(4096);
            Meter meter = node.sessions().meter();
            initiator.send(initiator.command(0xC0, 4096, READ), new byte[0]);
            initiator.receiveData(4096);
            Load busy = meter.next().getFirst();
            assertThat(busy.readBytesPerSecond()).isEqualTo(busy.commandsPerSecond() * 4096);
            assertThat(busy.commandsPerSecond()).isPositive();
            assertThat(meter.next())
                    .singleElement()
                    .satisfies(idle -> assertThat(idle.commandsPerSecond()).isZero());
        }
    }

    @Test
    void whoIsKickedIsAskedToLogOutAndThenDropped() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            int id = node.sessions().sessions().getFirst().id();
            assertThat(node.sessions().kick(id)).isTrue();
            Initiator.Pdu request = initiator.receive();
            assertThat(request.opcode()).isEqualTo(0x32);
            assertThat(request.header().get(36)).isEqualTo((byte) 1);
            Initiator.Pdu dropped = initiator.receive();
            assertThat(dropped.header().get(36)).isEqualTo((byte) 3);
            assertThat(initiator.closedByTarget()).isTrue();
            await().until(() -> !node.sessions().kick(id));
        }
    }

    @ParameterizedTest
    @CsvSource({"false,257", "true,258"})
    void anInitiatorIsSentWhereTheTargetIsServed(boolean permanent, int status) throws IOException {
        try (TestNode other = new TestNode(new TestNode.Config(), targets -> new Elsewhere(targets, permanent));
                Initiator initiator = new Initiator(other.port())) {
            other.toAny("disk", new MemoryLu(1 << 20));
            Initiator.Pdu response = initiator.login(TARGET);
            assertThat(response.loginStatus()).isEqualTo(status);
            assertThat(response.keys()).containsEntry("TargetAddress", "192.0.2.1:3260");
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }

    @Test
    void discoveryTellsAllPortalsAndTheirGroups() throws IOException {
        try (TestNode other = new TestNode(new TestNode.Config(), targets -> new Elsewhere(targets, false));
                Initiator initiator = new Initiator(other.port())) {
            other.toAny("disk", new MemoryLu(1 << 20));
            initiator.login(Initiator.NAME, Optional.empty());
            initiator.send(initiator.header(0x44, 0x80).putInt(20, -1), Initiator.text("SendTargets=All"));
            assertThat(new String(initiator.receive().data()).split("\0"))
                    .containsExactly(
                            "TargetName=" + TARGET,
                            "TargetAddress=" + other.portal() + ",7",
                            "TargetAddress=192.0.2.1:3260,8");
        }
    }

    /** A command side whose targets are served by another node now. */
    private record Elsewhere(Targets targets, boolean permanent) implements Targets {
        private static final String ADDRESS = "192.0.2.1:3260";

        @Override
        public List<String> visibleTo(String initiator) {
            return targets.visibleTo(initiator);
        }

        @Override
        public Optional<Admission> admission(String target, String initiator) {
            return targets.admission(target, initiator)
                    .map(here -> new Admission(here.chap(), 7, Optional.of(new Redirection(ADDRESS, permanent))));
        }

        @Override
        public Nexus login(String target, String initiator, String initiatorPort, NexusOwner owner) {
            throw new AssertionError("nobody logs in here");
        }

        @Override
        public List<Portal> portals(String target) {
            return List.of(new Portal(ADDRESS, 8));
        }
    }
}
