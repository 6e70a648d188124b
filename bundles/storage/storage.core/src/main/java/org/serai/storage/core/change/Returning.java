package org.serai.storage.core.change;

import java.util.stream.Collectors;
import org.serai.storage.LuChange.DropSnapshot;
import org.serai.storage.LuChange.Rollback;
import org.serai.storage.Plan;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.core.lu.HeldLu;
import org.serai.storage.core.lu.Strays;
import org.serai.storage.spi.Snapshots;

/** Going back to snapshots, and dropping them. */
final class Returning {
    private final Change with;

    Returning(Change with) {
        this.with = with;
    }

    Plan plan(DropSnapshot change) {
        LuRow row = with.catalog().lu(change.lu());
        SnapshotRow snapshot = with.snapshots().require(row, change.snapshot());
        return new Planning()
                .check(() -> requireNoClone(row, snapshot))
                .check(() -> with.open().requireHoldable(row, Snapshots.class))
                .step("snapshot " + snapshot.name() + " of LU " + row.name() + " is dropped")
                .plan();
    }

    private void requireNoClone(LuRow row, SnapshotRow snapshot) {
        String clones =
                with.snapshots().clones(snapshot.id()).stream().map(LuRow::name).collect(Collectors.joining(", "));
        if (!clones.isEmpty()) {
            throw StorageError.SNAPSHOT_IN_USE.error(
                    "Snapshot " + snapshot.name() + " of LU " + row.name() + " cannot be dropped",
                    "it has clones: " + clones,
                    "delete or flatten them first");
        }
        new Strays(with.database())
                .requireNoneShows(
                        row,
                        with.attachments()
                                .require(with.catalog().pool(row.pool()).orElseThrow()),
                        "Snapshot " + snapshot.name() + " of LU " + row.name() + " cannot be dropped");
    }

    void apply(DropSnapshot change) {
        LuRow row = with.catalog().lu(change.lu());
        with.open().using(row, "losing snapshot " + change.snapshot(), held -> drop(held, change.snapshot()));
    }

    private SnapshotRow drop(HeldLu held, String name) {
        held.able(Snapshots.class);
        SnapshotRow snapshot = with.snapshots().require(held.row(), name);
        requireNoClone(held.row(), snapshot);
        SnapshotRow deleting = with.database().write(transaction -> {
            with.locks().require(transaction, held.grant());
            // In the transaction: a clone is made only of a snapshot that is online.
            if (!transaction.list(LuRow.class, "origin", snapshot.id()).isEmpty()) {
                throw StorageError.SNAPSHOT_IN_USE.error(
                        "Snapshot " + name + " cannot be dropped", "a clone of it was just made", "delete that first");
            }
            return transaction.update(snapshot.in(RowState.DELETING));
        });
        with.settling().drop(deleting, held.store(), held.grant());
        return deleting;
    }

    Plan plan(Rollback change) {
        LuRow row = with.catalog().lu(change.lu());
        SnapshotRow snapshot = with.snapshots().require(row, change.snapshot());
        Planning planning = new Planning()
                .check(() -> with.open().requireHoldable(row, Snapshots.class))
                .step("LU " + row.name() + " becomes what it was at snapshot " + snapshot.name()
                        + "; what was written since is lost");
        if (snapshot.sizeBytes() != row.sizeBytes()) {
            planning.step("its size becomes " + Planning.size(snapshot.sizeBytes()));
        }
        return planning.plan();
    }

    void apply(Rollback change) {
        LuRow row = with.catalog().lu(change.lu());
        with.open().using(row, "being rolled back to " + change.snapshot(), held -> rollback(held, change.snapshot()));
    }

    private LuRow rollback(HeldLu held, String name) {
        Snapshots able = held.able(Snapshots.class);
        SnapshotRow snapshot = with.snapshots().require(held.row(), name);
        if (snapshot.sizeBytes() < held.row().sizeBytes()) {
            with.open().changed(held.row().sized(snapshot.sizeBytes()));
        }
        with.open().contentReplaced(held.row());
        try {
            able.rollback(snapshot.id());
        } finally {
            with.open().contentReplaced(held.row());
            with.open().changed(held.row().sized(held.store().sizeBytes()));
        }
        return with.settling().update(held.row().sized(held.store().sizeBytes()), held.grant());
    }
}
