package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;
import org.serai.storage.CopySpec;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuPart.Purpose;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.PartSpec;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;

/** A hint of what is going to be written reaches the driver through whatever an LU is made of. */
class ExpectedWritesTest extends Nodes {
    @Override
    String driver() {
        return "extent";
    }

    private long used(String pool) {
        return a.storage.pool(pool).usedBytes();
    }

    @Test
    void whatAnLuIsExpectedToNeedIsItsUntilItIsClosed() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        long before = used("p");
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            open.expectWrites(0, lu.sizeBytes());
            assertThat(used("p")).isGreaterThan(before);
            assertThat(open.usedBytes()).isZero();
            assertFails(StorageError.OUT_OF_RANGE, () -> open.expectWrites(512, lu.sizeBytes()));
            assertFails(StorageError.OUT_OF_RANGE, () -> open.expectWrites(1, 512));
            write(open, 0, 1);
        }
        assertThat(used("p")).isEqualTo(before);
        assertThat(a.storage.lu("l").usedBytes()).isPositive().isLessThanOrEqualTo(MIB);
        assertThat(get(a, "l", 0)).isEqualTo(1);
        assertThat(a.storage.check("p").ok()).isTrue();
    }

    @Test
    void aNodeThatMayNotServeTakesNothing() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            long before = used("p");
            a.open = false;
            assertFails(ClusterError.FENCED, () -> open.expectWrites(0, lu.sizeBytes()));
            a.open = true;
            assertThat(used("p")).isEqualTo(before);
        }
    }

    @Test
    void aThickLuHasItAll() {
        pool("p", 1);
        Lu lu = a.storage.createLu(new LuSpec("l", "p", 1, LuKind.DATA, 8 * MIB, true));
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            long before = used("p");
            open.expectWrites(0, lu.sizeBytes());
            assertThat(used("p")).isEqualTo(before);
        }
    }

    @Test
    void aRedundantLuHasItOnBothSides() {
        pool("p", 1);
        pool("q", 1);
        Lu lu = lu("l", "p");
        a.storage.redundancy().add(new CopySpec("l", "l2", TierName.defaultOf("q")));
        a.storage.redundancy().resync("l", Progress.NONE);
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            long primary = used("p");
            long copy = used("q");
            open.expectWrites(0, lu.sizeBytes());
            assertThat(used("p")).isGreaterThan(primary);
            assertThat(used("q")).isGreaterThan(copy);
            write(open, 0, 1);
        }
        assertThat(get(a, "l", 0)).isEqualTo(1);
    }

    @Test
    void aSubPartitionTakesItForItsOwnPieces() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        a.storage.parts().create(new PartSpec("l", "one", Purpose.DATA, 8 * MIB));
        try (OpenLu one = a.storage.parts().open(lu.id(), "one", 1, "using it")) {
            long before = used("p");
            one.expectWrites(0, 8 * MIB);
            assertThat(used("p")).isGreaterThan(before);
            assertFails(StorageError.OUT_OF_RANGE, () -> one.expectWrites(8 * MIB, 512));
        }
    }
}
