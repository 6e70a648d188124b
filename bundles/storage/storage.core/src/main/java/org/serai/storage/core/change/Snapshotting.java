package org.serai.storage.core.change;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.Plan;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.core.lu.HeldLu;
import org.serai.storage.spi.Snapshots;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Taking snapshots: rows {@code creating} with ids, then the driver, then all rows {@code online} in one transaction.
 * Before that one nothing counts, and what is left of it is dropped by whoever holds the LU next.
 */
final class Snapshotting {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshotting.class);
    private static final long FROZEN_AT_MOST_NS = 10_000_000_000L;

    private final Change with;
    private final Supplier<UUID> ids;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    Snapshotting(Change with, Supplier<UUID> ids, InstantSource clock, LongSupplier nanoTime) {
        this.with = with;
        this.ids = ids;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    Plan plan(Snapshot change) {
        Planning planning = new Planning();
        planning.check(() -> Names.check("a snapshot", change.snapshot()));
        for (LuRow row : rows(change.lus())) {
            planning.check(() -> requireNew(row, change.snapshot()));
            planning.check(() -> with.open().requireHoldable(row, Snapshots.class));
            planning.step("LU " + row.name() + " gets snapshot " + change.snapshot());
        }
        return planning.plan();
    }

    private void requireNew(LuRow row, String name) {
        boolean there = with.snapshots().current(row.id()).stream()
                .anyMatch(found -> found.name().equals(name));
        if (there) {
            throw exists(row, name);
        }
    }

    private static SeraiException exists(LuRow row, String name) {
        return StorageError.SNAPSHOT_EXISTS.error(
                "LU " + row.name() + " has a snapshot " + name + " already",
                "names are unique in an LU",
                "choose another name, or drop that one first");
    }

    /** Ordered by id, so that two of these never wait for each other. */
    private List<LuRow> rows(List<String> names) {
        if (names.isEmpty()) {
            throw StorageError.NO_SUCH_LU.error("No snapshot can be taken", "no LU is named", "name at least one LU");
        }
        return names.stream()
                .distinct()
                .map(with.catalog()::lu)
                .sorted(Comparator.comparing(LuRow::id))
                .toList();
    }

    /** Takes snapshots of one moment, all or none. */
    List<SnapshotRow> apply(Snapshot change) {
        Names.check("a snapshot", change.snapshot());
        Map<HeldLu, SnapshotRow> taken = new LinkedHashMap<>();
        List<HeldLu> held = new ArrayList<>();
        try {
            for (LuRow row : rows(change.lus())) {
                held.add(with.open().hold(row, "being kept as snapshot " + change.snapshot()));
            }
            held.forEach(lu -> lu.able(Snapshots.class));
            UUID set = ids.get();
            held.forEach(lu -> taken.put(lu, row(lu, change.snapshot(), set)));
            return take(taken);
        } finally {
            held.reversed().forEach(HeldLu::close);
        }
    }

    private SnapshotRow row(HeldLu lu, String name, UUID set) {
        return new SnapshotRow(
                ids.get(), lu.row().id(), name, set, clock.millis(), lu.row().sizeBytes(), RowState.CREATING);
    }

    private List<SnapshotRow> take(Map<HeldLu, SnapshotRow> taken) {
        insert(taken);
        boolean done = false;
        try {
            if (taken.size() == 1) {
                taken.forEach((lu, row) -> lu.able(Snapshots.class).snapshot(row.id()));
            } else {
                ofOneMoment(taken);
            }
            List<SnapshotRow> online = online(taken);
            done = true;
            return online;
        } finally {
            if (!done) {
                taken.forEach(this::undo);
            }
        }
    }

    private void insert(Map<HeldLu, SnapshotRow> taken) {
        with.database().write(transaction -> {
            taken.forEach((lu, row) -> {
                with.locks().require(transaction, lu.grant());
                boolean there = transaction.list(SnapshotRow.class, "lu", row.lu()).stream()
                        .anyMatch(found -> found.name().equals(row.name()));
                if (there) {
                    throw exists(lu.row(), row.name());
                }
                transaction.insert(row);
            });
            return taken;
        });
    }

    private void ofOneMoment(Map<HeldLu, SnapshotRow> taken) {
        Map<HeldLu, Snapshots.Freeze> frozen = new LinkedHashMap<>();
        long begun = nanoTime.getAsLong();
        try {
            for (HeldLu lu : taken.keySet()) {
                frozen.put(lu, lu.able(Snapshots.class).freeze());
                requireInTime(begun);
            }
            for (Map.Entry<HeldLu, Snapshots.Freeze> lu : frozen.entrySet()) {
                lu.getValue().snapshot(taken.get(lu.getKey()).id());
                requireInTime(begun);
            }
        } finally {
            frozen.values().forEach(Snapshotting::thaw);
        }
    }

    private static void thaw(Snapshots.Freeze freeze) {
        try {
            freeze.close();
        } catch (RuntimeException e) {
            LOG.error("Writes of an LU stand still after a snapshot", e);
        }
    }

    private void requireInTime(long begun) {
        if (nanoTime.getAsLong() - begun > FROZEN_AT_MOST_NS) {
            throw StorageError.TOO_SLOW.error(
                    "The snapshots of one moment were given up",
                    "the LUs' writes would have stood still for longer than " + FROZEN_AT_MOST_NS / 1_000_000 + " ms",
                    "try again when the storage is less busy, or with fewer LUs");
        }
    }

    private List<SnapshotRow> online(Map<HeldLu, SnapshotRow> taken) {
        return with.database()
                .write(transaction -> taken.entrySet().stream()
                        .map(one -> {
                            with.locks().require(transaction, one.getKey().grant());
                            return transaction.update(one.getValue().in(RowState.ONLINE));
                        })
                        .toList());
    }

    private void undo(HeldLu lu, SnapshotRow row) {
        try {
            with.database()
                    .read(transaction -> transaction.get(SnapshotRow.class, row.id()))
                    .filter(found -> found.state() != RowState.ONLINE)
                    .ifPresent(found -> with.settling().drop(found, lu.store(), lu.grant()));
        } catch (SeraiException e) {
            // The first error is the one to be told; who holds the LU next drops it.
            LOG.warn(
                    "Snapshot {} of LU {} is dropped later: {}",
                    row.name(),
                    lu.row().name(),
                    e.getMessage());
        }
    }
}
