package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.CopySpec;
import org.serai.storage.DataChecksum;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.Progress;
import org.serai.storage.Reader;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.TierName;

/** Redundant LUs on PVs that are files. */
class ExtentRedundancyTest extends Nodes {
    @Override
    String driver() {
        return "extent";
    }

    private void awaitSynchronous(TestNode node) {
        await().until(() -> node.storage.redundancy().redundantLu("l").state() == State.SYNCHRONOUS
                && node.storage.redundancy().redundantLu("l").behindBytes() == 0);
    }

    @Test
    void anLuInUseIsCopiedReadElsewherePromotedAndLosesItsCopy() {
        Pool p = pool("p", 1);
        Pool q = pool("q", 1);
        Lu lu = lu("l", "p");
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, p);
        awaitAttached(b, q);
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            write(open, 0, 1);
            a.storage.redundancy().add(new CopySpec("l", "l2", TierName.defaultOf("q")));
            write(open, 8 * MIB, 2);
            awaitSynchronous(a);
            open.flush();
            awaitSynchronous(b);
            Reader reader = new Reader(1, OptionalLong.empty());
            try (OpenLu reading = b.storage.redundancy().openForReading(lu.id(), reader, "a backup")) {
                assertThat(read(reading, 0)).isEqualTo(1);
                assertThat(read(reading, 8 * MIB)).isEqualTo(2);
            }
            open.discard(8 * MIB, MIB);
        }
        a.storage.redundancy().promote("l");
        assertThat(get(a, "l2", 0)).isEqualTo(1);
        assertThat(get(a, "l2", 8 * MIB)).isZero();
        a.storage.redundancy().resync("l2", Progress.NONE);
        a.storage.redundancy().remove("l2");
        assertThat(a.storage.lus()).extracting(Lu::name).containsExactly("l2");
        assertThat(a.storage.check("p").errors()).isEmpty();
        assertThat(a.storage.check("q").errors()).isEmpty();
    }

    @Test
    void whatIsDamagedOnOneSideIsReadFromTheOtherAndMended() throws IOException {
        PvSpec pv = new PvSpec(pv("p", 0), OptionalLong.of(64 * MIB));
        a.storage.createPool(new PoolSpec("p", "extent", List.of(pv), OptionalLong.empty(), DataChecksum.CRC32C));
        pool("q", 1);
        Lu lu = lu("l", "p");
        a.storage.redundancy().add(new CopySpec("l", "l2", TierName.defaultOf("q")));
        put(a, lu, 0, 0x5ca1ab1e);
        a.storage.redundancy().resync("l", Progress.NONE);
        damage(0x5ca1ab1e);
        assertThat(get(a, "l", 0)).isEqualTo(0x5ca1ab1e);
        assertThat(a.storage.redundancy().redundantLu("l").state()).isEqualTo(State.SYNCHRONOUS);
        a.storage.redundancy().remove("l");
        assertThat(get(a, "l", 0)).isEqualTo(0x5ca1ab1e);
    }

    /** Changes the block that begins with that value, where it is in the PV's file. */
    private void damage(int value) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(pv("p", 0), "rw")) {
            byte[] all = new byte[(int) file.length()];
            file.readFully(all);
            ByteBuffer found = ByteBuffer.wrap(all);
            int at = 0;
            while (found.getInt(at) != value) {
                at += 512;
            }
            file.seek(at);
            file.write(0);
        }
    }
}
