package org.serai.storage.core.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.database.Database;
import org.serai.storage.StorageError;

/** Sub-partitions as the VIOS DB has them. */
public final class PartCatalog {
    private final Database database;

    /** In this database. */
    public PartCatalog(Database database) {
        this.database = database;
    }

    /** Those of an LU, as the database itself has them, ordered by name. */
    public List<PartRow> of(UUID lu) {
        return database.read(transaction -> transaction.list(PartRow.class, "lu", lu)).stream()
                .sorted(Comparator.comparing(PartRow::name))
                .toList();
    }

    /** One of an LU; {@link StorageError#NO_SUCH_PART} otherwise. */
    public PartRow get(LuRow lu, String name) {
        return find(lu, name)
                .orElseThrow(() -> StorageError.NO_SUCH_PART.error(
                        "LU " + lu.name() + " has no sub-partition " + name,
                        "none of it has that name",
                        "look at part:list " + lu.name()));
    }

    /** One of an LU. */
    public Optional<PartRow> find(LuRow lu, String name) {
        return of(lu.id()).stream().filter(row -> row.name().equals(name)).findFirst();
    }

    /** Where the last piece of an LU's sub-partitions ends: the LU must not be shorter. */
    public long end(UUID lu) {
        return of(lu).stream()
                .flatMap(part -> part.list().stream())
                .mapToLong(PartRow.Piece::end)
                .max()
                .orElse(0);
    }
}
