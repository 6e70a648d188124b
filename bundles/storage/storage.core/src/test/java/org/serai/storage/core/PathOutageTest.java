package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LuChange.Rollback;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.OpenLu;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;

/** The path to a PV is cut and given back while LUs on it are used. */
class PathOutageTest extends Nodes {
    private static final int FOR_EVER = Integer.MAX_VALUE;
    private static final int KEPT_BYTES = 8 * (int) MIB;

    private final VolatileDriver driver = new VolatileDriver(simulated);
    private OpenLu lu;

    @BeforeEach
    void openAnLu() {
        a.storage.add("volatile", driver);
        PvSpec pv = new PvSpec(pv("p", 0), OptionalLong.of(64 * MIB));
        a.storage.createPool(new PoolSpec("p", "volatile", List.of(pv), OptionalLong.empty()));
        lu = a.storage.open(lu("disk", "p").id(), 1, "a test");
    }

    private void write(long offset, int bytes, int value) {
        ByteBuffer data = ByteBuffer.allocate(bytes);
        for (int at = 0; at < bytes; at += 512) {
            data.putInt(at, value);
        }
        lu.write(offset, data);
    }

    private int read(long offset) {
        ByteBuffer block = ByteBuffer.allocate(512);
        lu.read(offset, block);
        return block.getInt(0);
    }

    @Test
    void callsWaitUntilThePathIsBack() {
        write(0, 4096, 1);
        lu.flush();
        driver.cut(1);
        assertThat(read(0)).isEqualTo(1);
        driver.cut(1);
        write(0, 4096, 2);
        assertThat(read(0)).isEqualTo(2);
        driver.cut(1);
        lu.discard(0, MIB);
        driver.cut(1);
        lu.writeZeroes(MIB, MIB, false);
        lu.flush();
        assertThat(read(0)).isZero();
    }

    @Test
    void callsFailWhenItDoesNotComeBackAndSucceedWhenItDoes() {
        write(0, 4096, 1);
        lu.flush();
        driver.cut(FOR_EVER);
        assertFails(StorageError.PV_AWAY, () -> read(0));
        assertFails(StorageError.PV_AWAY, () -> write(0, 4096, 2));
        driver.cut(0);
        assertThat(read(0)).isEqualTo(1);
        write(0, 4096, 3);
        lu.flush();
        assertThat(read(0)).isEqualTo(3);
    }

    @Test
    void whatWasNotFlushedIsThereAfterTheFlushThatMetTheOutage() {
        write(0, (int) MIB, 1);
        lu.flush();
        long epoch = lu.epoch();
        write(4096, 4096, 2);
        write(8192, 512, 3);
        lu.writeZeroes(65536, 4096, true);
        write(65536 + 512, 512, 4);
        lu.discard(131072, 65536);
        driver.cut(1);
        lu.flush();
        assertThat(lu.epoch()).isGreaterThan(epoch);
        driver.cut(0);
        // The next one that the path loses holds nothing that was not flushed.
        lu.flush();
        List<Long> offsets = List.of(0L, 4096L, 8192L, 8704L, 65536L, 66048L, 131072L, 196608L);
        assertThat(offsets).extracting(this::read).containsExactly(1, 2, 3, 1, 0, 4, 0, 1);
    }

    @Test
    void writesThatMeetTheOutageAfterAFailedFlushAreNotLostEither() {
        write(0, 4096, 1);
        driver.cut(FOR_EVER);
        assertFails(StorageError.PV_AWAY, lu::flush);
        driver.cut(0);
        // It is looked for now and then only, once a call has waited in vain.
        await().ignoreExceptionsInstanceOf(SeraiException.class).untilAsserted(() -> write(4096, 4096, 2));
        lu.flush();
        driver.cut(0);
        lu.flush();
        assertThat(read(0)).isEqualTo(1);
        assertThat(read(4096)).isEqualTo(2);
    }

    @Test
    void aLossIsToldOnceAndTheLuGoesOn() {
        write(0, 4096, 1);
        lu.flush();
        write(MIB, KEPT_BYTES, 2);
        driver.cut(1);
        assertThat(assertFails(StorageError.IO_FAILED, lu::flush).reason()).contains("than was kept");
        assertThat(read(0)).isEqualTo(1);
        assertThat(read(MIB)).isZero();
        write(MIB, 4096, 3);
        driver.cut(1);
        lu.flush();
        assertThat(read(MIB)).isEqualTo(3);
    }

    @Test
    void asMuchAsIsKeptIsNotLost() {
        write(MIB, KEPT_BYTES - (int) MIB, 2);
        driver.cut(1);
        lu.flush();
        assertThat(read(KEPT_BYTES - 512)).isEqualTo(2);
    }

    @Test
    void whatWasRolledBackIsNotWrittenAgain() {
        write(0, 4096, 1);
        a.storage.changes().apply(new Snapshot(List.of("disk"), "s"), Progress.NONE);
        write(0, 4096, 2);
        a.storage.changes().apply(new Rollback("disk", "s"), Progress.NONE);
        driver.cut(1);
        assertFails(StorageError.IO_FAILED, lu::flush);
        assertThat(read(0)).isEqualTo(1);
    }

    @Test
    void whoMayNotServeDoesNotWriteAgain() {
        write(0, 4096, 1);
        lu.flush();
        write(0, 4096, 2);
        driver.cut(FOR_EVER);
        assertFails(StorageError.PV_AWAY, lu::flush);
        UUID id = a.storage.lu("disk").id();
        TestNode b = node("b", UUID.randomUUID());
        b.storage.add("volatile", driver);
        awaitAttached(b, a.storage.pool("p"));
        a.die();
        driver.cut(0);
        assertFails(ClusterError.FENCED, lu::flush);
        b.dead.add(a.id);
        try (OpenLu there = b.storage.takeOver(id, 1, "a test", b.prove(a.id, a.incarnation, _ -> {}))) {
            ByteBuffer block = ByteBuffer.allocate(512);
            there.read(0, block);
            assertThat(block.getInt(0)).isEqualTo(1);
        }
    }
}
