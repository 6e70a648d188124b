package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;
import org.serai.storage.CopySpec;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;

/** Atomic writes reach the driver of an LU that is in one place, and are refused of one that is not. */
class AtomicWritesTest extends Nodes {
    @Override
    String driver() {
        return "extent";
    }

    private static ByteBuffer content(int bytes) {
        ByteBuffer content = ByteBuffer.allocateDirect(bytes);
        while (content.hasRemaining()) {
            content.put((byte) 7);
        }
        return content.flip();
    }

    @Test
    void anLuIsWrittenAtomicallyWithinAPart() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            int most = open.atomicBytes();
            assertThat(most).isEqualTo(128 * 1024);
            open.writeAtomically(most, content(most));
            ByteBuffer found = ByteBuffer.allocateDirect(most);
            open.read(most, found);
            assertThat(found.flip()).isEqualTo(content(most));
            assertFails(StorageError.OUT_OF_RANGE, () -> open.writeAtomically(most - 512, content(1024)));
            assertFails(StorageError.OUT_OF_RANGE, () -> open.writeAtomically(lu.sizeBytes(), content(512)));
            a.open = false;
            assertFails(ClusterError.FENCED, () -> open.writeAtomically(0, content(512)));
            a.open = true;
        }
        assertThat(a.storage.check("p").ok()).isTrue();
    }

    @Test
    void ofARedundantLuTheyAreRefused() {
        pool("p", 1);
        pool("q", 1);
        Lu lu = lu("l", "p");
        a.storage.redundancy().add(new CopySpec("l", "l2", TierName.defaultOf("q")));
        a.storage.redundancy().resync("l", Progress.NONE);
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            assertThat(open.atomicBytes()).isZero();
            assertFails(StorageError.NOT_SUPPORTED, () -> open.writeAtomically(0, content(512)));
        }
    }
}
