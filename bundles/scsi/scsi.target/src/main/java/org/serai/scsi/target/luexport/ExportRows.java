package org.serai.scsi.target.luexport;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.storage.Lu;

/** The rows of plain exports as the VIOS DB has them: a node that hangs may not have told others what it did last. */
record ExportRows(Database database) {
    Optional<LuExportRow> of(Lu lu) {
        return of(lu.id());
    }

    Optional<LuExportRow> of(UUID lu) {
        return database.read(transaction ->
                transaction.list(LuExportRow.class, "lu", lu).stream().findFirst());
    }

    List<PathRow> paths(LuExportRow row) {
        return database.read(transaction -> paths(transaction, row));
    }

    private static List<PathRow> paths(Transaction transaction, LuExportRow row) {
        return transaction.list(PathRow.class, "export", row.id());
    }

    Optional<PathRow> path(LuExportRow row, UUID node) {
        return database.read(transaction ->
                transaction.get(PathRow.class, PathRow.of(row.id(), node).id()));
    }

    /** An export with a path through its preferred node. */
    LuExportRow insert(LuExportRow row) {
        return database.write(transaction -> {
            LuExportRow inserted = transaction.insert(row);
            transaction.insert(PathRow.of(row.id(), row.node()));
            return inserted;
        });
    }

    void insert(PathRow path) {
        database.write(transaction -> transaction.insert(path));
    }

    void prefer(LuExportRow row, UUID node) {
        database.write(transaction -> {
            Optional<LuExportRow> now = transaction.get(LuExportRow.class, row.id());
            now.filter(found -> !found.node().equals(node))
                    .ifPresent(found -> transaction.update(found.preferring(node)));
            return now;
        });
    }

    /** Deletes a node's path, and the export with the last one; another node is preferred if it was this one. */
    void delete(LuExportRow row, UUID node) {
        PathRow path = PathRow.of(row.id(), node);
        database.write(transaction -> {
            if (transaction.get(PathRow.class, path.id()).isPresent()) {
                transaction.delete(PathRow.class, path.id());
                leave(transaction, row, node);
            }
            return path;
        });
    }

    private static void leave(Transaction transaction, LuExportRow row, UUID node) {
        List<PathRow> left = paths(transaction, row);
        if (left.isEmpty()) {
            transaction.delete(LuExportRow.class, row.id());
            return;
        }
        transaction
                .get(LuExportRow.class, row.id())
                .filter(now -> now.node().equals(node))
                .ifPresent(
                        now -> transaction.update(now.preferring(left.getFirst().node())));
    }
}
