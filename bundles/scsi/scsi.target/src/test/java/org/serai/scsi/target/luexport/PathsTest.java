package org.serai.scsi.target.luexport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.serai.cluster.DeathProof;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.Paths.State;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.NexusOwner;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.spi.Targets.Portal;
import org.serai.storage.StorageError;

/** Exports of one LU through two nodes. */
class PathsTest extends ExportRig {
    private static final String TARGET = "iqn.2026-11.org.serai:lu.disk";
    private static final String INITIATOR = "iqn.2026-11.org.example:host";
    private static final String TEST_UNIT_READY = "000000000000";
    private static final String WRITE_BLOCK_0 = "2a000000000000000100";
    private static final String REPORT_GROUPS = "a30a00000000000000ff0000";
    private static final String SET_GROUPS = "a40a00000000000000080000";
    private static final int GOOD = 0;
    private static final int CHECK_CONDITION = 2;
    private static final int RESERVATION_CONFLICT = 0x18;
    private static final int NOT_READY = 2;
    private static final int UNIT_ATTENTION = 6;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final ScsiTask task = new ScsiTask();
    private final ByteBuffer in = ByteBuffer.allocateDirect(4096);

    private Nexus login(TestNode node) {
        Nexus nexus = node.registry.login(TARGET, INITIATOR, INITIATOR + ",i,0x1", new NexusOwner() {
            @Override
            public void dropped() {
                told.add("dropped at " + node.self.name());
            }

            @Override
            public void abort(long lun) {
                told.add("aborted at " + node.self.name());
            }
        });
        run(nexus, TEST_UNIT_READY);
        return nexus;
    }

    private byte[] run(Nexus nexus, String cdb, int... list) {
        byte[] out = new byte[list.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) list[i];
        }
        return run(nexus, cdb, out);
    }

    private byte[] run(Nexus nexus, String cdb, byte[] out) {
        byte[] bytes = HexFormat.of().parseHex(cdb);
        Arrays.fill(task.cdb(), (byte) 0);
        System.arraycopy(bytes, 0, task.cdb(), 0, bytes.length);
        task.start(0, ByteBuffer.wrap(out), in.clear());
        nexus.execute(task);
        byte[] data = new byte[in.position()];
        in.get(0, data);
        return data;
    }

    /** Sense key, additional sense code and qualifier in hexadecimal. */
    private String sense() {
        assertThat(task.status()).isEqualTo(CHECK_CONDITION);
        byte[] sense = task.sense();
        return "%x %02x/%02x".formatted(sense[2] & 0xF, sense[12], sense[13]);
    }

    private void both() {
        a.service.export("disk", ANYONE, told::add);
        b.service.join("disk", told::add);
    }

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
    void anOtherGroupCanBeMadeActiveThroughTheActiveOne() {
        both();
        run(login(a), SET_GROUPS, HexFormat.of().parseHex("0000000000000002"));
        assertThat(task.status()).isEqualTo(GOOD);
        assertThat(shared.storage.holder(disk)).contains(B.id());
    }

    @Test
    void whatIsRegisteredThroughTheStandbyPathRulesAtTheOneThatHasTheLu() {
        both();
        Nexus left = login(a);
        Nexus right = login(b);
        // REGISTER with key 1 through each, then RESERVE (exclusive access, registrants only) through the standby one
        run(right, "5f000000000000001800", register(1));
        assertThat(task.status()).isEqualTo(GOOD);
        run(left, "5f000000000000001800", register(2));
        run(right, "5f010600000000001800", key(1));
        assertThat(task.status()).isEqualTo(GOOD);
        Nexus third = a.registry.login(TARGET, INITIATOR, INITIATOR + ",i,0x3", new Deaf());
        run(third, TEST_UNIT_READY);
        run(third, WRITE_BLOCK_0, new byte[512]);
        assertThat(task.status()).isEqualTo(RESERVATION_CONFLICT);
        run(left, WRITE_BLOCK_0, new byte[512]);
        assertThat(task.status()).isEqualTo(GOOD);
        // READ KEYS and READ RESERVATION tell the same through both
        for (String cdb : List.of("5e00000000000000ff00", "5e01000000000000ff00")) {
            assertThat(run(right, cdb)).isEqualTo(run(left, cdb)).hasSizeGreaterThan(8);
        }
        // PREEMPT by the other takes the registration away, which the initiator at the standby path is told
        run(left, "5f040600000000001800", preempt(2, 1));
        assertThat(task.status()).isEqualTo(GOOD);
        await().untilAsserted(() -> {
            run(right, TEST_UNIT_READY);
            assertThat(sense()).isEqualTo("6 2a/05");
        });
        run(right, "5f010600000000001800", key(1));
        assertThat(task.status()).isEqualTo(RESERVATION_CONFLICT);
        run(right, "5f1f00000000000018000000".substring(0, 20), key(1));
        assertThat(sense()).isEqualTo("5 24/00");
    }

    private static byte[] register(long key) {
        return ByteBuffer.allocate(24).putLong(8, key).array();
    }

    private static byte[] key(long key) {
        return ByteBuffer.allocate(24).putLong(key).array();
    }

    private static byte[] preempt(long own, long other) {
        return ByteBuffer.allocate(24).putLong(own).putLong(other).array();
    }

    @Test
    void itMovesToAndFroWhileInitiatorsWriteThroughBothPaths() throws Exception {
        both();
        var stop = new AtomicBoolean();
        List<Thread> writers = Stream.of(a, b, a, b)
                .map(node -> Thread.ofPlatform().start(() -> write(node, stop)))
                .toList();
        Nexus left = login(a);
        for (int turn = 0; turn < 100; turn++) {
            run(left, SET_GROUPS, 0, 0, 0, 0, 0, 0, 0, turn % 2 == 0 ? 2 : 1);
            assertThat(task.status()).as("turn %d", turn).isEqualTo(GOOD);
            assertThat(shared.storage.holder(disk)).contains(turn % 2 == 0 ? B.id() : A.id());
        }
        stop.set(true);
        for (Thread writer : writers) {
            assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
        }
        assertThat(failures).isEmpty();
    }

    /** Writes over and over; what is refused is so because the LU is elsewhere, or about to be. */
    private void write(TestNode node, AtomicBoolean stop) {
        Nexus nexus = node.registry.login(TARGET, INITIATOR, "port of " + Thread.currentThread(), new Deaf());
        var own = new ScsiTask();
        byte[] cdb = HexFormat.of().parseHex(WRITE_BLOCK_0);
        while (!stop.get()) {
            System.arraycopy(cdb, 0, own.cdb(), 0, cdb.length);
            own.start(0, ByteBuffer.allocate(512), ByteBuffer.allocate(0));
            nexus.execute(own);
            int key = own.sense()[2] & 0xF;
            if (own.status() == CHECK_CONDITION && key != NOT_READY && key != UNIT_ATTENTION) {
                failures.add("sense key " + key);
            }
        }
    }

    private record Deaf() implements NexusOwner {
        @Override
        public void dropped() {
            // the session is the test's own
        }

        @Override
        public void abort(long lun) {
            // nothing waits
        }
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
        assertThat(sense()).isEqualTo("4 67/0a");
        assertThat(shared.storage.holder(disk)).contains(A.id());
        assertThat(told).isEmpty();
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
