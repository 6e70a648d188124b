package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Lu;
import org.serai.storage.LuChange;
import org.serai.storage.LuChange.Copy;
import org.serai.storage.LuChange.DropSnapshot;
import org.serai.storage.LuChange.Flatten;
import org.serai.storage.LuChange.Resize;
import org.serai.storage.LuChange.Rollback;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.LuSnapshot;
import org.serai.storage.OpenLu;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotRow;

class LuChangesTest extends Nodes {
    private void apply(LuChange change) {
        assertThat(a.storage.changes().plan(change).obstacles()).isEmpty();
        a.storage.changes().apply(change, Progress.NONE);
    }

    private SeraiException refused(TestNode node, ErrorCode code, LuChange change) {
        assertThat(node.storage.changes().plan(change).obstacles())
                .extracting(e -> e.code())
                .contains(code);
        return assertFails(code, () -> node.storage.changes().apply(change, Progress.NONE));
    }

    private List<String> snapshots(String lu) {
        return a.storage.changes().snapshots(lu).stream().map(LuSnapshot::name).toList();
    }

    @Test
    void anLuInUseGrowsAndShrinks() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            apply(new Resize("l", 32 * MIB));
            assertThat(open.sizeBytes()).isEqualTo(32 * MIB);
            write(open, 31 * MIB, 3);
            apply(new Resize("l", 8 * MIB));
            assertFails(StorageError.OUT_OF_RANGE, () -> read(open, 31 * MIB));
            apply(new Resize("l", 32 * MIB));
            assertThat(read(open, 31 * MIB)).isZero();
        }
        assertThat(a.storage.lu("l").sizeBytes()).isEqualTo(32 * MIB);
        refused(a, StorageError.BAD_SIZE, new Resize("l", 77));
        apply(new Resize("l", MIB));
        assertThat(a.storage.lu("l").sizeBytes()).isEqualTo(MIB);
        assertThat(a.storage.lu("l").lock()).isEmpty();
    }

    @Test
    void aSnapshotIsTakenInUseRolledBackToAndDropped() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            write(open, 0, 1);
            apply(new Snapshot(List.of("l"), "s1"));
            write(open, 0, 2);
            apply(new Snapshot(List.of("l"), "s2"));
            write(open, 0, 3);
            refused(a, StorageError.SNAPSHOT_EXISTS, new Snapshot(List.of("l"), "s2"));
            assertThat(snapshots("l")).containsExactly("s1", "s2");
            assertThat(a.storage.changes().snapshots("l"))
                    .allSatisfy(taken -> assertThat(taken.ownBytes()).isPresent());
            apply(new Rollback("l", "s1"));
            assertThat(read(open, 0)).isEqualTo(1);
            apply(new Rollback("l", "s2"));
            assertThat(read(open, 0)).isEqualTo(2);
        }
        // Nobody looks into an LU that is not open here.
        assertThat(a.storage.changes().snapshots("l"))
                .allSatisfy(taken -> assertThat(taken.ownBytes()).isEmpty());
        apply(new DropSnapshot("l", "s1"));
        assertThat(snapshots("l")).containsExactly("s2");
        assertFails(
                StorageError.NO_SUCH_SNAPSHOT,
                () -> a.storage.changes().apply(new DropSnapshot("l", "s1"), Progress.NONE));
        assertThat(get(a, "l", 0)).isEqualTo(2);
        assertThat(a.storage.check("p").errors()).isEmpty();
        a.storage.deleteLu("l");
        assertThat(a.storage.pool("p").usedBytes()).isZero();
    }

    @Test
    void aRollbackOfAnLuThatGrewShrinksIt() {
        pool("p", 1);
        lu("l", "p");
        apply(new Snapshot(List.of("l"), "s"));
        apply(new Resize("l", 32 * MIB));
        apply(new Rollback("l", "s"));
        assertThat(a.storage.lu("l").sizeBytes()).isEqualTo(16 * MIB);
    }

    @Test
    void whatAnotherNodeHoldsIsRefusedNamingItAndWhatFor() {
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, pool("p", 1));
        Lu lu = lu("l", "p");
        await().until(() -> b.storage.lus().size() == 1);
        try (OpenLu open = a.storage.open(lu.id(), 1, "running lpar one")) {
            write(open, 0, 1);
            await().until(() -> b.storage.lu("l").lock().isPresent());
            for (LuChange change : List.of(new Resize("l", MIB), new Snapshot(List.of("l"), "s"))) {
                assertThat(refused(b, StorageError.LU_LOCKED, change).reason()).contains("node a", "running lpar one");
            }
        }
        b.storage.changes().apply(new Snapshot(List.of("l"), "s"), Progress.NONE);
        assertThat(snapshots("l")).containsExactly("s");
    }

    @Test
    void clonesAreMadeOfOneMomentAndKeepTheSnapshot() {
        pool("p", 1);
        Lu one = lu("one", "p");
        Lu two = lu("two", "p");
        put(a, one, 0, 1);
        put(a, two, 0, 2);
        List<Copy> copies = List.of(new Copy("one", "c1", Optional.empty()), new Copy("two", "c2", Optional.empty()));
        apply(new LuChange.Clone(copies, "base"));
        put(a, one, 0, 9);
        put(a, a.storage.lu("c2"), 512, 5);
        assertThat(get(a, "c1", 0)).isEqualTo(1);
        assertThat(get(a, "c2", 0)).isEqualTo(2);
        assertThat(a.storage.lu("c1").place().origin()).contains("one@base");
        List<LuSnapshot> snapshots = a.storage.changes().snapshots("one");
        assertThat(snapshots.getFirst().clones()).containsExactly("c1");
        assertThat(snapshots.getFirst().set())
                .isEqualTo(a.storage.changes().snapshots("two").getFirst().set());
        assertThat(refused(a, StorageError.SNAPSHOT_IN_USE, new DropSnapshot("one", "base"))
                        .reason())
                .contains("c1");
        assertFails(StorageError.SNAPSHOT_IN_USE, () -> a.storage.deleteLu("one"));

        apply(new Flatten("c1"));
        assertThat(a.storage.lu("c1").place().origin()).isEmpty();
        apply(new DropSnapshot("one", "base"));
        a.storage.deleteLu("one");
        assertThat(get(a, "c1", 0)).isEqualTo(1);
        assertThat(a.storage.works().entries()).isEmpty();
    }

    @Test
    void ifOneCloneCannotBeMadeNoneIsAndNoSnapshotStays() {
        pool("p", 1);
        lu("one", "p");
        lu("two", "p");
        List<Copy> copies = List.of(new Copy("one", "c1", Optional.empty()), new Copy("two", "one", Optional.empty()));
        refused(a, StorageError.LU_EXISTS, new LuChange.Clone(copies, "base"));
        assertThat(snapshots("one")).isEmpty();
        assertThat(a.storage.lus()).extracting(Lu::name).containsExactly("one", "two");

        try (OpenLu open = a.storage.open(a.storage.lu("two").id(), 1, "running")) {
            removeDriver(a);
            assertThat(open.epoch()).isPositive();
            assertFails(
                    StorageError.NO_SUCH_DRIVER,
                    () -> a.storage.changes().apply(new Snapshot(List.of("one", "two"), "s"), Progress.NONE));
        }
        assertThat(snapshots("one")).isEmpty();
        assertThat(a.ownership.owners()).isEmpty();
    }

    @Test
    void snapshotsThatWereCutOffAreDroppedByWhoeverComes() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        UUID id = UUID.randomUUID();
        a.database.write(
                t -> t.insert(new SnapshotRow(id, lu.id(), "half", UUID.randomUUID(), 0, 16 * MIB, RowState.CREATING)));
        await().until(() -> a.database.view(SnapshotRow.class).all().isEmpty());
        assertThat(snapshots("l")).isEmpty();
        a.storage.open(lu.id(), 1, "x").close();
    }

    @Test
    void theDriverIsRightAboutTheSizeOfAnLuWhoseResizeWasCutOff() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        a.database.write(t -> t.update(t.get(org.serai.storage.core.catalog.LuRow.class, lu.id())
                .orElseThrow()
                .sized(64 * MIB)));
        try (OpenLu open = a.storage.open(lu.id(), 1, "x")) {
            assertThat(open.sizeBytes()).isEqualTo(16 * MIB);
        }
        assertThat(a.storage.lu("l").sizeBytes()).isEqualTo(16 * MIB);
    }
}
