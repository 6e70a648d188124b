package org.serai.scsi.target.luexport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.serai.scsi.LuExports.Admitted;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.NexusOwner;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.spi.Targets.Redirection;

/** What initiators at both paths of an LU see of each other, and of its moves. */
class PathSessionsTest extends PathRig {
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
    void whoIsToBeRedirectedIsSentToTheActivePathAndDroppedWhereItMovesFrom() {
        a.service.export("disk", new Admitted(Optional.empty(), false, true), told::add);
        b.service.join("disk", told::add);
        login(a);
        assertThat(elsewhere(a)).isEmpty();
        assertThat(elsewhere(b)).contains(new Redirection("127.0.0.1:1", false));
        b.service.activate("disk", "cec-b", told::add);
        assertThat(told).contains("dropped at cec-a");
        assertThat(elsewhere(a)).contains(new Redirection("127.0.0.1:2", false));
        assertThat(elsewhere(b)).isEmpty();
    }

    private static Optional<Redirection> elsewhere(TestNode node) {
        return node.registry.admission(TARGET, INITIATOR).orElseThrow().elsewhere();
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
            assertThat(writer.join(Duration.ofSeconds(60))).isTrue();
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
}
