package org.serai.storage.core.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.database.Database;
import org.serai.storage.StorageError;

/** Snapshots and clones as the VIOS DB has them. */
public final class SnapshotCatalog {
    private final Database database;

    /** Reads this database. */
    public SnapshotCatalog(Database database) {
        this.database = database;
    }

    /** The snapshots of an LU, oldest first, those that are being made or dropped included. */
    public List<SnapshotRow> of(UUID lu) {
        return sorted(database.view(SnapshotRow.class).where(row -> row.lu().equals(lu)));
    }

    /** As the database itself has them. */
    public List<SnapshotRow> current(UUID lu) {
        return sorted(database.read(transaction -> transaction.list(SnapshotRow.class, "lu", lu)));
    }

    private static List<SnapshotRow> sorted(List<SnapshotRow> rows) {
        return rows.stream()
                .sorted(Comparator.comparingLong(SnapshotRow::takenMs).thenComparing(SnapshotRow::name))
                .toList();
    }

    /** All snapshots that are being made or dropped, or were when somebody died. */
    public List<SnapshotRow> unsettled() {
        return database.view(SnapshotRow.class).where(row -> row.state() != RowState.ONLINE);
    }

    /** A snapshot by id. */
    public Optional<SnapshotRow> get(UUID snapshot) {
        return database.view(SnapshotRow.class)
                .get(snapshot)
                .or(() -> database.read(transaction -> transaction.get(SnapshotRow.class, snapshot)));
    }

    /** A snapshot that can be used, if the LU has one of that name. */
    public Optional<SnapshotRow> find(LuRow lu, String name) {
        return current(lu.id()).stream()
                .filter(row -> row.name().equals(name) && row.state() == RowState.ONLINE)
                .findFirst();
    }

    /** As {@link #find}; {@link StorageError#NO_SUCH_SNAPSHOT} otherwise. */
    public SnapshotRow require(LuRow lu, String name) {
        return find(lu, name)
                .orElseThrow(() -> StorageError.NO_SUCH_SNAPSHOT.error(
                        "LU " + lu.name() + " has no snapshot " + name,
                        "no snapshot of it has that name",
                        "look at lu:snapshots " + lu.name()));
    }

    /** The clones of a snapshot, those that are being made or deleted included. */
    public List<LuRow> clones(UUID snapshot) {
        return database.read(transaction -> transaction.list(LuRow.class, "origin", snapshot));
    }

    /** The snapshots of an LU that clones read. */
    public Set<UUID> needed(UUID lu) {
        return current(lu).stream()
                .map(SnapshotRow::id)
                .filter(snapshot -> !clones(snapshot).isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
