package org.serai.storage.core.catalog;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.database.Database;
import org.serai.storage.StorageError;

/** Redundant LUs as the VIOS DB has them. */
public final class Pairs {
    private final Database database;

    /** In this database. */
    public Pairs(Database database) {
        this.database = database;
    }

    /** All, as this node sees them. */
    public List<RedundancyRow> all() {
        return database.view(RedundancyRow.class).all();
    }

    /** That of a primary, as the database itself has it. */
    public Optional<RedundancyRow> current(UUID primary) {
        return database.read(transaction -> transaction.get(RedundancyRow.class, primary));
    }

    /** That to which an LU belongs in any role, as the database itself has it. */
    public Optional<RedundancyRow> with(UUID lu) {
        return database.read(transaction -> transaction.list(RedundancyRow.class).stream()
                .filter(row -> row.lu().equals(lu) || row.made().contains(lu))
                .findFirst());
    }

    /** That to which an LU belongs in any role, as this node sees it. */
    public Optional<RedundancyRow> seen(UUID lu) {
        return database.view(RedundancyRow.class)
                .first(row -> row.lu().equals(lu) || row.made().contains(lu));
    }

    /** Whether an LU is a copy, which others may read. */
    public boolean isCopy(UUID lu) {
        return with(lu).filter(row -> row.copy().equals(lu)).isPresent();
    }

    /** Whether an LU is a copy or holds intents: then only its primary's holder changes it. */
    public boolean isMade(UUID lu) {
        return with(lu).filter(row -> !row.lu().equals(lu)).isPresent();
    }

    /** {@link StorageError#READ_ONLY} if an LU is a copy or holds intents. */
    public void requireNotMade(LuRow lu) {
        with(lu.id()).filter(row -> !row.lu().equals(lu.id())).ifPresent(pair -> {
            String primary = database.read(transaction -> transaction.get(LuRow.class, pair.lu()))
                    .map(LuRow::name)
                    .orElse(pair.lu().toString());
            throw StorageError.READ_ONLY.error(
                    "LU " + lu.name() + " cannot be used by itself",
                    "it belongs to the redundant LU " + primary + ", whose holder changes it",
                    "use LU " + primary + ": lu:export --read-only reads it, lu:promote makes its copy the LU,"
                            + " lu:unmirror gives the copy up");
        });
    }
}
