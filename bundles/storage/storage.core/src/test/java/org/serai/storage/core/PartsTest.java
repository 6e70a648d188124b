package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.cluster.DeathProof;
import org.serai.storage.Lu;
import org.serai.storage.LuChange.Resize;
import org.serai.storage.LuPart;
import org.serai.storage.LuPart.Purpose;
import org.serai.storage.OpenLu;
import org.serai.storage.PartSpec;
import org.serai.storage.Pool;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;

class PartsTest extends Nodes {
    private Pool p;
    private Lu lu;

    @BeforeEach
    void makeAnLu() {
        p = pool("p", 1);
        lu = lu("l", "p");
    }

    private LuPart part(String name, long sizeBytes) {
        return a.storage.parts().create(new PartSpec("l", name, Purpose.DATA, sizeBytes));
    }

    private OpenLu open(TestNode node, String name) {
        return node.storage.parts().open(lu.id(), name, 1, "using " + name);
    }

    @Test
    void slicesAreLockedEachOnItsOwnAndReachNothingElse() {
        part("one", MIB);
        part("two", MIB);
        try (OpenLu one = open(a, "one");
                OpenLu two = open(a, "two")) {
            write(one, MIB - 512, 1);
            write(two, 0, 2);
            assertThat(read(one, MIB - 512)).isEqualTo(1);
            assertThat(read(two, 0)).isEqualTo(2);
            assertFails(StorageError.OUT_OF_RANGE, () -> write(one, MIB, 3));
            assertFails(StorageError.OUT_OF_RANGE, () -> one.discard(MIB - 512, 1024));
            assertThat(assertFails(StorageError.LU_LOCKED, () -> open(a, "one")).reason())
                    .contains("using one");
            assertFails(StorageError.LU_LOCKED, () -> a.storage.parts().delete("l", "one"));
            assertFails(StorageError.LU_LOCKED, () -> a.storage.open(lu.id(), 1, "as a whole"));
        }
        assertThat(a.storage.lu("l").lock()).isEmpty();
        assertFails(StorageError.LU_LOCKED, () -> a.storage.deleteLu("l"));
        assertFails(StorageError.PART_EXISTS, () -> part("one", MIB));
        assertFails(StorageError.NO_SUCH_PART, () -> open(a, "three"));
        assertFails(StorageError.BAD_SIZE, () -> part("three", 15 * MIB));
        assertFails(StorageError.WRONG_CLIENT, () -> a.storage.parts().open(lu.id(), "one", 2, "prying"));
        assertFails(StorageError.BAD_SIZE, () -> a.storage.changes().apply(new Resize("l", MIB), Progress.NONE));
    }

    @Test
    void anOpenSliceGrowsAroundOthersAndShrinks() {
        part("one", MIB);
        part("two", MIB);
        try (OpenLu one = open(a, "one");
                OpenLu two = open(a, "two")) {
            write(one, 0, 1);
            write(two, 0, 2);
            a.storage.parts().resize("l", "one", 3 * MIB);
            assertThat(one.sizeBytes()).isEqualTo(3 * MIB);
            ByteBuffer across = ByteBuffer.allocateDirect(4096);
            for (int i = 0; i < 8; i++) {
                across.putInt(i * 512, 100 + i);
            }
            one.write(MIB - 2048, across);
            ByteBuffer found = ByteBuffer.allocateDirect(4096);
            one.read(MIB - 2048, found);
            assertThat(found.flip()).isEqualTo(across.flip());
            assertThat(read(two, 0)).isEqualTo(2);
            a.storage.parts().resize("l", "one", MIB / 2);
            assertFails(StorageError.OUT_OF_RANGE, () -> read(one, MIB / 2));
            assertThat(read(one, 0)).isEqualTo(1);
            a.storage.parts().resize("l", "one", 2 * MIB);
            assertThat(read(one, MIB - 512)).isZero();
        }
    }

    @Test
    void aDeletedSlicesRoomIsGivenAgainAndReadsAsZero() {
        part("one", 16 * MIB);
        try (OpenLu one = open(a, "one")) {
            write(one, 0, 1);
        }
        a.storage.parts().delete("l", "one");
        assertThat(a.storage.lu("l").usedBytes()).isZero();
        part("two", 8 * MIB);
        try (OpenLu two = open(a, "two")) {
            assertThat(read(two, 0)).isZero();
        }
    }

    @Test
    void aDeadNodesSliceIsTakenOver() {
        part("one", MIB);
        part("two", MIB);
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, p);
        OpenLu one = open(a, "one");
        write(one, 0, 1);
        one.flush();
        open(a, "two");
        a.die();
        simulated.crash(a.incarnation, () -> true);
        b.dead.add(a.id);
        DeathProof proof = b.prove(a.id, a.incarnation, _ -> {});
        try (OpenLu taken = b.storage.parts().takeOver(lu.id(), "one", 1, "taken over", proof);
                OpenLu other = open(b, "two")) {
            assertThat(read(taken, 0)).isEqualTo(1);
            assertThat(read(other, 0)).isZero();
        }
    }
}
