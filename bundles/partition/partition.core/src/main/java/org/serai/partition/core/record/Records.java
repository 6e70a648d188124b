package org.serai.partition.core.record;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;

/** Reads and changes the rows of partitions. A change is made only under the grant of whoever owns the partition. */
public final class Records {
    private final Database database;
    private final Ownership ownership;

    /** Over that database. */
    public Records(Database database, Ownership ownership) {
        this.database = database;
        this.ownership = ownership;
    }

    /** All partitions from the local view, ordered by name. */
    public List<LparRow> all() {
        return database.view(LparRow.class).all().stream()
                .sorted(Comparator.comparing(LparRow::name))
                .toList();
    }

    /** A partition as the database has it now. */
    public LparRow lpar(String name) {
        return database.read(tx -> tx.list(LparRow.class, "name", name)).stream()
                .findFirst()
                .orElseThrow(() -> PartitionError.NO_SUCH_LPAR.error(
                        "There is no partition " + name,
                        "no partition of this cluster has that name",
                        "look at lpar:list"));
    }

    /** A partition as the database has it now. */
    public Optional<LparRow> lpar(UUID id) {
        return database.read(tx -> tx.get(LparRow.class, id));
    }

    /** The adapters of a partition in the order of their slots. */
    public List<AdapterRow> adapters(UUID lpar) {
        return database.view(AdapterRow.class).where(a -> a.lpar().equals(lpar)).stream()
                .sorted(Comparator.comparingInt(AdapterRow::slot))
                .toList();
    }

    /** What is mapped to an adapter, in the order of LUNs. */
    public List<MappingRow> mappings(long adapter) {
        return database.view(MappingRow.class).where(m -> m.adapter() == adapter).stream()
                .sorted(Comparator.comparingInt(MappingRow::lun))
                .toList();
    }

    /** A partition's hibernation image as the database has it now. */
    public Optional<ImageRow> image(UUID lpar) {
        return database.read(tx -> tx.get(ImageRow.class, lpar));
    }

    /** Whether an LU holds the image of any partition. */
    public boolean holdsImage(UUID lu) {
        return !database.read(tx -> tx.list(ImageRow.class, "lu", lu)).isEmpty();
    }

    /** Puts a partition into another state. */
    public LparRow move(Grant grant, UUID lpar, LparState next) {
        return move(grant, lpar, next, (tx, row) -> row);
    }

    /**
     * Puts a partition into another state and changes with it what must change in the same instant.
     *
     * @throws org.serai.ffdc.SeraiException {@link PartitionError#WRONG_STATE} if that state may not follow;
     *     {@link org.serai.cluster.ClusterError#STALE_EPOCH} if the partition is another node's by now
     */
    public LparRow move(Grant grant, UUID lpar, LparState next, Change change) {
        return database.write(tx -> {
            ownership.require(tx, grant);
            LparRow row = existing(tx, lpar);
            if (row.state() != next && !row.state().next().contains(next)) {
                throw PartitionError.WRONG_STATE.error(
                        "Partition " + row.name() + " cannot become " + word(next),
                        "it is " + word(row.state()),
                        "look at lpar:info " + row.name());
            }
            return tx.update(change.in(tx, row).in(next));
        });
    }

    /** Changes a row without changing its state. */
    public LparRow change(Grant grant, UUID lpar, UnaryOperator<LparRow> change) {
        return database.write(tx -> {
            ownership.require(tx, grant);
            return tx.update(change.apply(existing(tx, lpar)));
        });
    }

    /** Forgets a partition with its adapters and mappings; the AdapterIDs are not given again. */
    public void forget(Grant grant, UUID lpar) {
        database.write(tx -> {
            ownership.require(tx, grant);
            for (AdapterRow adapter : tx.list(AdapterRow.class, "lpar", lpar)) {
                for (MappingRow mapping : tx.list(MappingRow.class, "adapter", adapter.id())) {
                    tx.delete(MappingRow.class, mapping.id());
                }
                tx.delete(AdapterRow.class, adapter.id());
            }
            tx.delete(LparRow.class, lpar);
            return lpar;
        });
    }

    /** Deletes the record of a partition's image if there is one. */
    public static LparRow withoutImage(Transaction tx, LparRow row) {
        if (tx.get(ImageRow.class, row.id()).isPresent()) {
            tx.delete(ImageRow.class, row.id());
        }
        return row;
    }

    /** A state as users read it. */
    public static String word(LparState state) {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static LparRow existing(Transaction tx, UUID lpar) {
        return tx.get(LparRow.class, lpar)
                .orElseThrow(() -> PartitionError.NO_SUCH_LPAR.error(
                        "Partition " + lpar + " is gone", "it was deleted meanwhile", "look at lpar:list"));
    }

    /** What changes together with a state; may be run more than once. */
    @FunctionalInterface
    public interface Change {
        /** Changes other rows through the transaction and returns the partition's changed row. */
        LparRow in(Transaction transaction, LparRow row);
    }
}
