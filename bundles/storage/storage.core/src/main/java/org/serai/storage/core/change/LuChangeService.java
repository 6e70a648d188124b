package org.serai.storage.core.change;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.serai.storage.LuChange;
import org.serai.storage.LuChange.DropSnapshot;
import org.serai.storage.LuChange.Flatten;
import org.serai.storage.LuChange.Move;
import org.serai.storage.LuChange.Resize;
import org.serai.storage.LuChange.Rollback;
import org.serai.storage.LuChange.SetLuThresholds;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.LuChanges;
import org.serai.storage.LuSnapshot;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.core.alert.Alerting;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.core.lu.LockedLu;
import org.serai.storage.spi.Snapshots.SnapshotUsage;

/** Changes of LUs by name. */
public final class LuChangeService implements LuChanges {
    private final Change with;
    private final Resizing resizing;
    private final Snapshotting snapshotting;
    private final Returning returning;
    private final Cloning cloning;
    private final Moving moving;
    private final Alerting alerting;

    /** All changes, over what they are made with. */
    public LuChangeService(
            Change with,
            Moving moving,
            Alerting alerting,
            Supplier<UUID> ids,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.with = with;
        this.resizing = new Resizing(with);
        this.snapshotting = new Snapshotting(with, ids, clock, nanoTime);
        this.returning = new Returning(with);
        this.cloning = new Cloning(with, snapshotting, returning, ids);
        this.moving = moving;
        this.alerting = alerting;
    }

    @Override
    public List<LuSnapshot> snapshots(String lu) {
        LuRow row = with.catalog().lu(lu);
        Map<UUID, SnapshotUsage> usage =
                with.open().openHere(row.id()).map(LockedLu::snapshots).orElse(List.of()).stream()
                        .collect(Collectors.toMap(SnapshotUsage::snapshot, found -> found));
        return with.snapshots().current(row.id()).stream()
                .filter(snapshot -> snapshot.state() == RowState.ONLINE)
                .map(snapshot -> shown(row, snapshot, Optional.ofNullable(usage.get(snapshot.id()))))
                .toList();
    }

    private LuSnapshot shown(LuRow row, SnapshotRow snapshot, Optional<SnapshotUsage> usage) {
        return new LuSnapshot(
                snapshot.id(),
                snapshot.name(),
                row.name(),
                Instant.ofEpochMilli(snapshot.takenMs()),
                snapshot.sizeBytes(),
                usage.map(SnapshotUsage::ownBytes),
                with.snapshots().clones(snapshot.id()).stream().map(LuRow::name).toList(),
                snapshot.snapshotSet());
    }

    @Override
    public Plan plan(LuChange change) {
        return switch (change) {
            case Resize c -> resizing.plan(c);
            case Snapshot c -> snapshotting.plan(c);
            case DropSnapshot c -> returning.plan(c);
            case Rollback c -> returning.plan(c);
            case LuChange.Clone c -> cloning.plan(c);
            case Flatten c -> moving.plan(c);
            case Move c -> moving.plan(c);
            case SetLuThresholds c ->
                new Planning()
                        .step("LU " + c.lu() + " raises alerts at "
                                + c.thresholds().percents() + " %")
                        .plan();
        };
    }

    @Override
    public void apply(LuChange change, Progress progress) {
        switch (change) {
            case Resize c -> resizing.apply(c);
            case Snapshot c -> snapshotting.apply(c);
            case DropSnapshot c -> returning.apply(c);
            case Rollback c -> returning.apply(c);
            case LuChange.Clone c -> cloning.apply(c);
            case Flatten c -> moving.apply(c, progress);
            case Move c -> moving.apply(c, progress);
            case SetLuThresholds c -> alerting.setThresholds(with.catalog().lu(c.lu()), c.thresholds());
        }
    }
}
