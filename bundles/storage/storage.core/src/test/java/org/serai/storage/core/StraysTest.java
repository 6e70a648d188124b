package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.Lu;
import org.serai.storage.LuChange;
import org.serai.storage.LuChange.Copy;
import org.serai.storage.LuChange.DropSnapshot;
import org.serai.storage.LuKind;
import org.serai.storage.PoolUpkeep.Adoption;
import org.serai.storage.PoolUpkeep.Stray;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.SnapshotRow;

/** LUs that the database has forgotten, as after a restore from a backup that was made before them. */
class StraysTest extends Nodes {
    private Lu cloned(String origin, String clone, String snapshot) {
        a.storage
                .changes()
                .apply(new LuChange.Clone(List.of(new Copy(origin, clone, Optional.empty())), snapshot), Progress.NONE);
        return a.storage.lu(clone);
    }

    private void forget(Lu lu) {
        a.database.write(transaction -> {
            transaction
                    .list(SnapshotRow.class, "lu", lu.id())
                    .forEach(row -> transaction.delete(SnapshotRow.class, row.id()));
            transaction.delete(LuRow.class, lu.id());
            return lu;
        });
    }

    private void forgetSnapshots(Lu lu) {
        a.database.write(transaction -> {
            transaction
                    .list(SnapshotRow.class, "lu", lu.id())
                    .forEach(row -> transaction.delete(SnapshotRow.class, row.id()));
            return lu;
        });
    }

    private void adopt(UUID lu, String name) {
        a.storage.poolUpkeep().adopt(new Adoption(lu, "p", name, 1, LuKind.DATA), Progress.NONE);
    }

    private Set<UUID> originsOf(UUID lu) {
        return a.storage.poolUpkeep().strays("p").stream()
                .filter(stray -> stray.id().equals(lu))
                .map(Stray::origins)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatAForgottenCloneShowsIsKeptUntilItIsAdopted() {
        pool("p", 1);
        pool("q", 1);
        Lu origin = lu("origin", "p");
        put(a, origin, 0, 1);
        Lu clone = cloned("origin", "clone", "base");
        put(a, origin, 0, 2);
        put(a, clone, MIB, 3);
        forget(clone);
        assertThat(originsOf(clone.id())).containsExactly(origin.id());

        assertThat(assertFails(
                                StorageError.SNAPSHOT_IN_USE,
                                () -> a.storage.changes().apply(new DropSnapshot("origin", "base"), Progress.NONE))
                        .reason())
                .contains(clone.id().toString());
        forgetSnapshots(origin);
        assertFails(StorageError.SNAPSHOT_IN_USE, () -> a.storage.deleteLu("origin"));
        assertFails(
                StorageError.SNAPSHOT_IN_USE,
                () -> a.storage.changes().apply(new LuChange.Move("origin", TierName.of("q")), Progress.NONE));
        put(a, origin, 0, 4);

        adopt(clone.id(), "again");
        a.storage.deleteLu("origin");
        assertThat(get(a, "again", 0)).isEqualTo(1);
        assertThat(get(a, "again", MIB)).isEqualTo(3);
        assertThat(a.storage.poolUpkeep().strays("p")).isEmpty();
        assertThat(a.storage.check("p").errors()).isEmpty();
    }

    @Test
    void aCloneOfWhichTheOriginIsForgottenTooIsAdoptedAlone() {
        pool("p", 1);
        Lu origin = lu("origin", "p");
        put(a, origin, 0, 1);
        Lu clone = cloned("origin", "clone", "base");
        Lu further = cloned("clone", "further", "next");
        put(a, clone, 512, 2);
        forget(further);
        forget(clone);
        forget(origin);
        assertThat(originsOf(further.id())).contains(origin.id());

        adopt(further.id(), "further");
        adopt(origin.id(), "origin");
        assertThat(get(a, "further", 0)).isEqualTo(1);
        assertFails(StorageError.SNAPSHOT_IN_USE, () -> a.storage.deleteLu("origin"));
        adopt(clone.id(), "clone");
        a.storage.deleteLu("origin");
        assertThat(get(a, "clone", 512)).isEqualTo(2);
        assertThat(get(a, "further", 512)).isZero();
        assertThat(a.storage.check("p").errors()).isEmpty();
    }
}
