package org.serai.scsi.target.luexport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.cluster.DeathProof;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.Paths.State;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Targets.Portal;
import org.serai.storage.StorageError;

/** Exports of one LU through two nodes. */
class PathsTest extends PathRig {
    @Test
    void aSecondNodeIsAStandbyPathOfTheSameTarget() {
        both();
        assertThat(b.service.all())
                .extracting(ExportedLu::node, ExportedLu::state, ExportedLu::preferred)
                .containsExactly(tuple("cec-a", State.ACTIVE, true), tuple("cec-b", State.STANDBY, false));
        assertThat(shared.storage.holder(disk)).contains(A.id());
        assertThat(a.registry.portals(TARGET)).containsExactly(new Portal("127.0.0.1:2", 2));
        Nexus standby = login(b);
        run(standby, WRITE_BLOCK_0, new byte[512]);
        assertThat(sense()).isEqualTo("2 04/0b");
        // INQUIRY, READ CAPACITY(10)
        run(standby, "120000006000");
        assertThat(task.status()).isEqualTo(GOOD);
        run(standby, "25000000000000000000");
        assertThat(task.status()).isEqualTo(GOOD);
    }

    @Test
    void theGroupsAreReportedAlikeThroughBoth() {
        both();
        byte[] expected = HexFormat.of().parseHex("00000018" + "808d00010000000100000001" + "028d00020000000100000002");
        assertThat(run(login(a), REPORT_GROUPS)).isEqualTo(expected);
        assertThat(run(login(b), REPORT_GROUPS)).isEqualTo(expected);
        byte[] extended = run(login(b), "a32a00000000000000ff0000");
        assertThat(extended).startsWith(HexFormat.of().parseHex("0000001c" + "10140000"));
    }

    @Test
    void whatIsMovedIsFlushedFirstAndTheOthersAreTold() {
        both();
        Nexus left = login(a);
        Nexus right = login(b);
        run(left, WRITE_BLOCK_0, new byte[512]);
        assertThat(task.status()).isEqualTo(GOOD);
        var before = shared.storage.open(disk);
        run(right, SET_GROUPS, HexFormat.of().parseHex("0000000000000002"));
        assertThat(task.status()).isEqualTo(GOOD);
        assertThat(before.flushes()).isPositive();
        assertThat(before.isOpen()).isFalse();
        assertThat(shared.storage.holder(disk)).contains(B.id());
        run(right, WRITE_BLOCK_0, new byte[512]);
        assertThat(task.status()).isEqualTo(GOOD);
        run(left, TEST_UNIT_READY);
        assertThat(sense()).isEqualTo("6 2a/06");
        run(left, TEST_UNIT_READY);
        assertThat(sense()).isEqualTo("2 04/0b");
    }

    @Test
    void withSeveralPathsEveryWriteIsFlushedBeforeItIsAcknowledged() {
        a.service.export("disk", ANYONE, told::add);
        Nexus nexus = login(a);
        run(nexus, WRITE_BLOCK_0, new byte[512]);
        assertThat(shared.storage.open(disk).flushes()).isZero();
        b.service.join("disk", told::add);
        assertThat(shared.storage.open(disk).flushes()).isEqualTo(1);
        run(nexus, TEST_UNIT_READY);
        assertThat(sense()).isEqualTo("6 2a/01");
        run(nexus, WRITE_BLOCK_0, new byte[512]);
        assertThat(shared.storage.open(disk).flushes()).isEqualTo(2);
        b.service.unexport("disk", false, told::add);
        await().untilAsserted(() -> {
            int before = shared.storage.open(disk).flushes();
            run(nexus, WRITE_BLOCK_0, new byte[512]);
            assertThat(task.status()).isEqualTo(GOOD);
            assertThat(shared.storage.open(disk).flushes()).isEqualTo(before);
        });
    }

    @Test
    void aDiskWithSeveralPathsSaysSo() {
        a.service.export("disk", ANYONE, told::add);
        Nexus nexus = login(a);
        assertThat(run(nexus, "120000006000")[6] & 0x10).as("MULTIP").isZero();
        b.service.join("disk", told::add);
        assertThat(run(nexus, "120000006000")[6] & 0x10).as("MULTIP").isNotZero();
    }

    @Test
    void anOtherGroupCanBeMadeActiveThroughTheActiveOne() {
        both();
        run(login(a), SET_GROUPS, HexFormat.of().parseHex("0000000000000002"));
        assertThat(task.status()).isEqualTo(GOOD);
        assertThat(shared.storage.holder(disk)).contains(B.id());
    }

    @Test
    void statesAndGroupsThatCannotBeAreRefused() {
        both();
        Nexus nexus = login(a);
        for (String list : List.of("0000000000000003", "0000000001000001", "0000000002000001")) {
            run(nexus, SET_GROUPS, HexFormat.of().parseHex(list));
            assertThat(sense()).as(list).isEqualTo("5 26/00");
        }
        run(nexus, SET_GROUPS, HexFormat.of().parseHex("00000000"));
        assertThat(sense()).isEqualTo("5 1a/00");
        assertThat(shared.storage.holder(disk)).contains(A.id());
    }

    @Test
    void whatCannotBeFlushedStaysWhereItIs() {
        both();
        Nexus right = login(b);
        shared.storage
                .open(disk)
                .failWith(StorageError.IO_FAILED.error("the LU cannot be flushed", "the disk failed", "look at it"));
        run(right, SET_GROUPS, HexFormat.of().parseHex("0000000000000002"));
        assertThat(sense()).isEqualTo("4 67/0a");
        assertThat(shared.storage.holder(disk)).contains(A.id());
        assertThat(a.service.all()).extracting(ExportedLu::state).containsExactly(State.ACTIVE, State.STANDBY);
    }

    @Test
    void aHolderThatLivesAndDoesNotAnswerKeepsTheLu() {
        both();
        shared.silence(a);
        run(login(b), SET_GROUPS, HexFormat.of().parseHex("0000000000000002"));
        assertThat(sense()).isEqualTo("2 04/0a");
        assertThat(shared.storage.holder(disk)).contains(A.id());
        assertThat(told).isEmpty();
    }

    @Test
    void aHolderWhoseHeartbeatsCameLateIsAskedAfterAll() {
        both();
        shared.liveness.isSilent(A.id());
        assertThat(b.service.activate("disk", "cec-b", told::add).state()).isEqualTo(State.ACTIVE);
        assertThat(shared.storage.holder(disk)).contains(B.id());
        assertThat(shared.storage.proofs()).isEmpty();
        assertThat(a.service.all()).extracting(ExportedLu::state).containsExactly(State.STANDBY, State.ACTIVE);
    }

    @Test
    void allPathsAreEndedAlsoIfTheHoldersHeartbeatsCameLate() {
        both();
        shared.liveness.isSilent(A.id());
        b.service.unexport("disk", true, told::add);
        assertThat(a.service.all()).isEmpty();
        assertThat(shared.storage.holds(disk)).isFalse();
    }

    @Test
    void theOtherPathTakesTheLuOfANodeThatIsProvenDead() {
        both();
        Nexus right = login(b);
        shared.kill(a);
        await().until(() -> shared.storage.holder(disk).equals(Optional.of(B.id())));
        assertThat(shared.storage.proofs()).extracting(DeathProof::node).containsExactly(A.id());
        await().untilAsserted(() -> {
            run(right, WRITE_BLOCK_0, new byte[512]);
            assertThat(task.status()).isEqualTo(GOOD);
        });
        // the dead one's group is unavailable, and preferred still
        assertThat(HexFormat.of().formatHex(run(right, REPORT_GROUPS))).startsWith("00000018" + "838d0001");
    }

    @Test
    void whatADeadNodeExportedAloneIsJoinedWithAProofAndPrefersTheNewOne() {
        a.service.export("disk", ANYONE, told::add);
        shared.kill(a);
        ExportedLu joined = b.service.join("disk", told::add);
        assertThat(joined.state()).isEqualTo(State.ACTIVE);
        assertThat(joined.preferred()).isTrue();
        assertThat(shared.storage.holder(disk)).contains(B.id());
        assertThat(told).isNotEmpty().allMatch(line -> line.startsWith("Node cec-a: "));
    }

    @Test
    void whatWasHeldByANodeThatHasOnlyJustDiedIsJoinedWithAProof() {
        a.service.export("disk", ANYONE, told::add);
        shared.kill(a);
        shared.liveness.showsLast(A.id());
        assertThat(b.service.join("disk", told::add).state()).isEqualTo(State.ACTIVE);
        assertThat(shared.storage.proofs()).extracting(DeathProof::node).containsExactly(A.id());
    }

    @Test
    void aHolderThatLivesAndHeardNothingOfTheNewPathKeepsTheLu() {
        a.service.export("disk", ANYONE, told::add);
        shared.loseOne(a);
        assertThat(b.service.join("disk", told::add).state()).isEqualTo(State.STANDBY);
        assertThat(told).contains("It is alive and keeps the LU: the path through this node is standby.");
        assertThat(shared.storage.holder(disk)).contains(A.id());
    }

    @Test
    void aHolderThatNoPoolShowsKeepsTheLu() {
        a.service.export("disk", ANYONE, told::add);
        shared.liveness.isUnknown(A.id());
        shared.loseOne(a);
        assertThat(b.service.join("disk", told::add).state()).isEqualTo(State.STANDBY);
        assertThat(told).singleElement().asString().contains("this path is standby");
        assertThat(shared.storage.holder(disk)).contains(A.id());
    }

    @Test
    void ofAPathThatCannotTakeWhatADeadNodeLeftNothingIsLeft() {
        a.service.export("disk", ANYONE, told::add);
        shared.kill(a);
        shared.storage.online(false);
        assertThatThrownBy(() -> b.service.join("disk", told::add)).hasMessageContaining("SERAI-POOL-0001");
        assertThat(b.service.all()).extracting(ExportedLu::node).containsExactly("cec-a");
        assertThat(b.registry.visibleTo(INITIATOR)).isEmpty();
        shared.storage.online(true);
        assertThat(b.service.join("disk", told::add).state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void theLastPathEndsTheExportAndOneBeforeHandsTheLuOver() {
        both();
        a.service.unexport("disk", false, told::add);
        assertThat(shared.storage.holder(disk)).contains(B.id());
        assertThat(b.service.all()).singleElement().satisfies(left -> {
            assertThat(left.node()).isEqualTo("cec-b");
            assertThat(left.state()).isEqualTo(State.ACTIVE);
            assertThat(left.preferred()).isTrue();
        });
        b.service.unexport("disk", false, told::add);
        assertThat(b.service.all()).isEmpty();
        assertThat(shared.storage.holds(disk)).isFalse();
    }

    @Test
    void allPathsAreEndedFromOneNode() {
        both();
        login(a);
        b.service.unexport("disk", true, told::add);
        assertThat(told).contains("dropped at cec-a");
        assertThat(b.service.all()).isEmpty();
        assertThat(a.registry.visibleTo(INITIATOR)).isEmpty();
        assertThat(shared.storage.holds(disk)).isFalse();
    }

    @Test
    void anotherNodesOnlyPathIsItsOwnWhileItLives() {
        a.service.export("disk", ANYONE, told::add);
        assertThatThrownBy(() -> b.service.unexport("disk", false, told::add))
                .hasMessageContaining("SERAI-SCSI-0002")
                .hasMessageContaining("cec-a");
        assertThatThrownBy(() -> b.service.export("disk", ANYONE, told::add))
                .hasMessageContaining("SERAI-SCSI-0002")
                .hasMessageContaining("cec-a");
        assertThat(shared.storage.holder(disk)).contains(A.id());
    }

    @Test
    void theExportOfADeadNodeIsTakenAwayAndItsLockGivenBack() {
        a.service.export("disk", ANYONE, told::add);
        shared.kill(a);
        b.service.unexport("disk", false, told::add);
        assertThat(b.service.all()).isEmpty();
        assertThat(shared.storage.proofs()).hasSize(1);
        assertThat(shared.storage.holds(disk)).isFalse();
    }

    @Test
    void theOperatorMovesItAndSoSaysWhichNodeIsPreferred() {
        both();
        ExportedLu moved = a.service.activate("disk", "cec-b", told::add);
        assertThat(moved.node()).isEqualTo("cec-b");
        assertThat(moved.state()).isEqualTo(State.ACTIVE);
        assertThat(moved.preferred()).isTrue();
        assertThat(shared.storage.holder(disk)).contains(B.id());
        b.service.unexport("disk", false, told::add);
        assertThatThrownBy(() -> a.service.activate("disk", "cec-b", told::add))
                .hasMessageContaining("SERAI-SCSI-0003");
    }

    @Test
    void whoDoesNotExportTheLuIsGivenNothing() {
        a.service.export("disk", ANYONE, told::add);
        byte[] yield = new PathMessage(PathMessage.Kind.YIELD, disk.id()).bytes();
        assertThatThrownBy(() -> a.service.handle(B.id(), yield)).hasMessageContaining("SERAI-SCSI-0003");
        assertThatThrownBy(() ->
                        a.service.handle(B.id(), new PathMessage(PathMessage.Kind.END, UUID.randomUUID()).bytes()))
                .hasMessageContaining("SERAI-SCSI-0003");
        assertThat(shared.storage.holder(disk)).contains(A.id());
    }
}
