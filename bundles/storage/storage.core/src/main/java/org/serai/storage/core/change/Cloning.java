package org.serai.storage.core.change;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.cluster.Grant;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LuChange;
import org.serai.storage.LuChange.Copy;
import org.serai.storage.LuChange.DropSnapshot;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.Plan;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.lu.Capabilities;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.LuLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Making clones. Each is an LU that is being made, with its origin in its row: the row keeps the snapshot from being
 * dropped before the driver shares anything. All become online in one transaction.
 */
final class Cloning {
    private static final Logger LOG = LoggerFactory.getLogger(Cloning.class);

    private final Change with;
    private final Snapshotting snapshotting;
    private final Returning returning;
    private final Supplier<UUID> ids;

    Cloning(Change with, Snapshotting snapshotting, Returning returning, Supplier<UUID> ids) {
        this.with = with;
        this.snapshotting = snapshotting;
        this.returning = returning;
        this.ids = ids;
    }

    Plan plan(LuChange.Clone change) {
        Planning planning = new Planning();
        planning.check(() -> requireSome(change));
        if (isToBeTaken(change, planning)) {
            Plan snapshot = snapshotting.plan(snapshotOf(change));
            snapshot.steps().forEach(planning::step);
            snapshot.obstacles().forEach(planning::obstacle);
        }
        for (Copy copy : change.clones()) {
            LuRow origin = with.catalog().lu(copy.origin());
            planning.check(() -> requireNew(copy));
            planning.check(() -> Capabilities.of(attachment(origin), Clones.class));
            planning.check(() -> planning.obstacle(
                    with.access().denied(tier(origin, copy), origin.client(), "tier of LU " + copy.name())));
            planning.step("LU " + copy.name() + " is made as a clone of " + origin.name() + "@" + change.snapshot());
        }
        return planning.plan();
    }

    private static void requireSome(LuChange.Clone change) {
        if (change.clones().isEmpty()) {
            throw StorageError.NO_SUCH_LU.error("No clone can be made", "no LU is named", "name at least one LU");
        }
    }

    private void requireNew(Copy copy) {
        Names.check("an LU", copy.name());
        if (with.catalog().lus().stream().anyMatch(row -> row.name().equals(copy.name()))) {
            throw StorageError.LU_EXISTS.error(
                    "There is an LU " + copy.name() + " already", "names are unique", "choose another name");
        }
    }

    private boolean isToBeTaken(LuChange.Clone change, Planning planning) {
        try {
            return isToBeTaken(change);
        } catch (SeraiException e) {
            planning.obstacle(e);
            return false;
        }
    }

    /** Either all origins have the snapshot, or none. */
    private boolean isToBeTaken(LuChange.Clone change) {
        List<LuRow> without = change.clones().stream()
                .map(copy -> with.catalog().lu(copy.origin()))
                .filter(origin ->
                        with.snapshots().find(origin, change.snapshot()).isEmpty())
                .toList();
        if (!without.isEmpty() && without.size() < change.clones().size()) {
            throw StorageError.NO_SUCH_SNAPSHOT.error(
                    "LU " + without.getFirst().name() + " has no snapshot " + change.snapshot(),
                    "other origins have one, and these are to be of one moment",
                    "name a snapshot that all have, or a new name");
        }
        return !without.isEmpty();
    }

    private static Snapshot snapshotOf(LuChange.Clone change) {
        return new Snapshot(change.clones().stream().map(Copy::origin).toList(), change.snapshot());
    }

    void apply(LuChange.Clone change) {
        requireSome(change);
        change.clones().forEach(this::requireNew);
        boolean taken = isToBeTaken(change);
        if (taken) {
            snapshotting.apply(snapshotOf(change));
        }
        boolean done = false;
        try {
            make(change);
            done = true;
        } finally {
            if (taken && !done) {
                change.clones().stream().map(Copy::origin).distinct().forEach(lu -> dropAgain(lu, change.snapshot()));
            }
        }
    }

    private void dropAgain(String lu, String snapshot) {
        try {
            returning.apply(new DropSnapshot(lu, snapshot));
        } catch (SeraiException e) {
            LOG.warn("Snapshot {} of LU {} stays after clones of it failed: {}", snapshot, lu, e.getMessage());
        }
    }

    /** A clone that is being made. */
    private record Made(LuRow row, SnapshotRow origin, Attachment attachment, LuLayout layout) {}

    private void make(LuChange.Clone change) {
        List<Made> all = change.clones().stream()
                .map(copy -> made(copy, change.snapshot()))
                .toList();
        Map<Made, Grant> grants = new LinkedHashMap<>();
        boolean done = false;
        try {
            all.forEach(one -> grants.put(one, with.locks().acquire(one.row(), "being made")));
            with.lus().insert(all.stream().map(Made::row).toList());
            grants.forEach((one, grant) -> Capabilities.of(one.attachment(), Clones.class)
                    .createClone(one.layout(), one.origin().lu(), one.origin().id(), grant.epoch()));
            with.database().write(transaction -> {
                List<LuRow> online = new ArrayList<>();
                grants.forEach((one, grant) -> {
                    with.locks().require(transaction, grant);
                    online.add(transaction.update(one.row().in(RowState.ONLINE)));
                });
                return online;
            });
            done = true;
        } finally {
            if (!done) {
                grants.forEach((one, grant) -> with.lus().undo(one.row(), one.attachment(), grant));
            }
            grants.values().forEach(with.locks()::release);
        }
    }

    private Made made(Copy copy, String name) {
        LuRow origin = with.catalog().lu(copy.origin());
        SnapshotRow snapshot = with.snapshots().require(origin, name);
        TierRow tier = tier(origin, copy);
        with.access().checkGroup(tier, origin.client(), "tier of LU " + copy.name(), "cloning LU " + origin.name());
        LuRow row = LuRow.made(
                        ids.get(),
                        copy.name(),
                        tier,
                        origin.pool(),
                        origin.client(),
                        origin.kind(),
                        snapshot.sizeBytes(),
                        false)
                .from(Optional.of(snapshot.id()));
        LuLayout layout =
                new LuLayout(row.id(), row.sizeBytes(), false, with.tiers().placement(tier));
        return new Made(row, snapshot, attachment(origin), layout);
    }

    private TierRow tier(LuRow origin, Copy copy) {
        TierRow tier = copy.tier()
                .map(with.tiers()::tier)
                .orElseGet(() -> with.tiers().tier(origin.tier()).orElseThrow());
        if (!with.tiers().group(tier).pool().equals(origin.pool())) {
            throw StorageError.NO_SUCH_GROUP.error(
                    "LU " + copy.name() + " cannot be made in tier "
                            + with.tiers().name(tier),
                    "a clone shares space with its origin, in its origin's pool",
                    "choose a tier of that pool, or move the clone after it is made");
        }
        return tier;
    }

    private Attachment attachment(LuRow row) {
        return with.attachments().require(with.catalog().pool(row.pool()).orElseThrow());
    }
}
