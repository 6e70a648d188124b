package org.serai.storage.core.restore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.spi.LeaseArea;
import org.serai.cluster.spi.RestoreWitness.Epochs;
import org.serai.cluster.spi.RestoreWitness.Testimony;
import org.serai.database.Transaction;
import org.serai.storage.core.catalog.LeaseSlotRow;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.core.work.WorkRow;

/**
 * What the pools hold, beside what the backup says. Data is never deleted for a row that is old: what was being made is
 * taken as made, what is only in a pool stays there, and a record without data stays a record.
 */
final class PoolTestimony implements Testimony {
    private final List<LookedAt> pools;
    private final List<LuRow> lus;
    private final List<String> doubts;

    PoolTestimony(List<LookedAt> pools, List<LuRow> lus, List<String> doubts) {
        this.pools = List.copyOf(pools);
        this.lus = List.copyOf(lus);
        this.doubts = List.copyOf(doubts);
    }

    @Override
    public List<LeaseArea> leaseAreas() {
        return pools.stream().flatMap(pool -> pool.store().leaseArea().stream()).toList();
    }

    @Override
    public Map<String, Long> epochs() {
        Map<String, Long> epochs = new HashMap<>();
        for (LookedAt pool : pools) {
            pool.epochs().forEach((lu, epoch) -> epochs.merge(LuRow.object(lu), epoch, Math::max));
        }
        return epochs;
    }

    @Override
    public List<String> doubts() {
        List<String> all = new ArrayList<>(doubts);
        pools.stream()
                .filter(pool -> pool.store().leaseArea().isEmpty())
                .forEach(pool -> all.add(
                        "pool " + pool.pool().name() + " shows no heartbeats: they were in the database that is lost"));
        return all;
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        for (LookedAt pool : pools) {
            pool.epochs().keySet().stream()
                    .filter(lu -> lus.stream().noneMatch(row -> row.id().equals(lu)))
                    .sorted()
                    .forEach(
                            lu -> findings.add(
                                    "pool " + pool.pool().name() + " holds LU " + lu
                                            + pool.sizeBytes(lu)
                                                    .map(bytes -> " of " + bytes + " bytes")
                                                    .orElse("")
                                            + ", which the backup does not have: it was made after it, and stays in the pool as it is"));
        }
        for (LuRow row : lus) {
            if (row.state() == RowState.ONLINE && isSurelyGone(row)) {
                findings.add("LU " + row.name() + " is in no pool any more: it was deleted after the backup; lu:delete "
                        + row.name() + " deletes its record");
            }
        }
        return findings;
    }

    private Optional<LookedAt> opened(UUID pool) {
        return pools.stream().filter(each -> each.pool().id().equals(pool)).findFirst();
    }

    /** Only if the pool in which it should be was looked at. */
    private boolean isSurelyGone(LuRow row) {
        return opened(row.pool()).isPresent() && pools.stream().noneMatch(pool -> pool.has(row.id()));
    }

    @Override
    public void adjust(Transaction transaction, Epochs epochs, Consumer<String> changes) {
        adjustPools(transaction, changes);
        transaction.list(LuRow.class).forEach(row -> adjust(transaction, row, changes));
        for (SnapshotRow row : transaction.list(SnapshotRow.class)) {
            if (row.state() == RowState.CREATING) {
                transaction.update(row.in(RowState.ONLINE));
                changes.accept("snapshot " + row.name() + " was being made, and is taken as made");
            }
        }
        transaction.list(LeaseSlotRow.class).forEach(row -> transaction.delete(LeaseSlotRow.class, row.id()));
        transaction.list(WorkRow.class).forEach(row -> transaction.delete(WorkRow.class, row.token()));
        PairTestimony pairs = new PairTestimony(pools, lus, this::isSurelyGone);
        transaction.list(RedundancyRow.class).forEach(row -> pairs.adjust(transaction, row, epochs, changes));
    }

    private void adjustPools(Transaction transaction, Consumer<String> changes) {
        for (PoolRow row : transaction.list(PoolRow.class)) {
            if (row.state() == RowState.CREATING && opened(row.id()).isPresent()) {
                transaction.update(row.in(RowState.ONLINE));
                changes.accept("pool " + row.name() + " was being made, and is taken as made");
            }
        }
    }

    private void adjust(Transaction transaction, LuRow row, Consumer<String> changes) {
        LuRow next = row;
        if (row.state() == RowState.CREATING) {
            if (isSurelyGone(row)) {
                transaction.delete(LuRow.class, row.id());
                changes.accept(
                        "LU " + row.name() + " was being made, and its pool has nothing of it: its record is deleted");
                return;
            }
            next = next.in(RowState.ONLINE);
            changes.accept("LU " + row.name() + " was being made, and is taken as made");
        }
        Optional<UUID> where = where(row);
        if (where.isPresent() && !where.get().equals(row.pool())) {
            // A pool's default tier has the pool's id.
            next = next.in(where.get(), where.get(), Optional.empty());
            changes.accept("LU " + row.name() + " has moved to pool "
                    + opened(where.get()).orElseThrow().pool().name());
        } else if (row.otherPool().isPresent()) {
            // Whatever the other pool has of it may be newer: it is not cleared away.
            next = next.in(row.pool(), row.tier(), Optional.empty());
            changes.accept("LU " + row.name() + " was being moved: what another pool has of it is left there");
        }
        if (!next.equals(row)) {
            transaction.update(next);
        }
    }

    /** In which pool an LU was used last; where the backup has it if that is as late as anywhere. */
    private Optional<UUID> where(LuRow row) {
        Comparator<LookedAt> later = Comparator.comparingLong(
                        (LookedAt pool) -> pool.epochs().get(row.id()))
                .thenComparing(pool -> pool.pool().id().equals(row.pool()));
        boolean unseen = opened(row.pool()).isEmpty();
        return pools.stream()
                .filter(pool -> pool.has(row.id()))
                .max(later)
                .filter(_ -> !unseen)
                .map(pool -> pool.pool().id());
    }

    @Override
    public void close() {
        pools.forEach(pool -> pool.store().close());
    }
}
