package org.serai.storage.core.paging;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.storage.LuKind;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PagingRow;
import org.serai.storage.core.catalog.PartRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.catalog.RowState;

/** Paging LUs and whom they are given to, as the VIOS DB has them. */
final class PagingCatalog {
    private final Database database;
    private final Ownership ownership;

    PagingCatalog(Database database, Ownership ownership) {
        this.database = database;
        this.ownership = ownership;
    }

    List<PagingRow> given() {
        return database.view(PagingRow.class).all();
    }

    /** What a partition has, as the database itself has it. */
    Optional<PagingRow> of(UUID partition) {
        return database.read(transaction ->
                transaction.list(PagingRow.class, "lpar", partition).stream().findFirst());
    }

    /** The paging LUs of a client that nobody has, the smallest first. */
    List<LuRow> unused(long client) {
        return database.read(transaction -> transaction.list(LuRow.class).stream()
                .filter(row -> row.client() == client && isUnused(transaction, row))
                .sorted(Comparator.comparingLong(LuRow::sizeBytes).thenComparing(LuRow::name))
                .toList());
    }

    private boolean isUnused(Transaction transaction, LuRow row) {
        return row.kind() == LuKind.PAGING
                && row.state() == RowState.ONLINE
                && transaction.get(PagingRow.class, row.id()).isEmpty()
                && ownership
                        .owner(transaction, row.object())
                        .flatMap(Owner::holder)
                        .isEmpty()
                && transaction.list(PartRow.class, "lu", row.id()).isEmpty()
                && transaction.list(RedundancyRow.class, "copy", row.id()).isEmpty();
    }

    /** Gives an LU to a partition, if nobody else was faster. */
    boolean give(LuRow lu, UUID partition) {
        return database.write(transaction -> {
            boolean free = transaction
                            .get(LuRow.class, lu.id())
                            .filter(row -> isUnused(transaction, row))
                            .isPresent()
                    && transaction.list(PagingRow.class, "lpar", partition).isEmpty();
            if (free) {
                transaction.insert(new PagingRow(lu.id(), partition));
            }
            return free;
        });
    }

    /** Takes an LU back from a partition. */
    void takeBack(PagingRow row) {
        database.write(transaction -> {
            if (transaction.get(PagingRow.class, row.lu()).filter(row::equals).isEmpty()) {
                throw ClusterError.STALE_EPOCH.error(
                        "Paging LU " + row.lu() + " cannot be taken back",
                        "it is not given to partition " + row.lpar() + " any more",
                        "look at the paging LUs");
            }
            transaction.delete(PagingRow.class, row.lu());
            return row;
        });
    }
}
