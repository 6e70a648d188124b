package org.serai.storage.core.lu;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.SnapshotCatalog;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.core.work.WorkRow;
import org.serai.storage.core.work.Works;

/**
 * Keeps a clone from reading what its origin's node moves just then. The mover's row of work stands before it asks which
 * clones are open; whoever opens a clone has its lock before it asks for such rows: one of the two sees the other.
 */
public final class OriginMoves {
    /** The kind of work that moves an LU's data to other PVs. */
    public static final String KIND = "lu-place";

    private final Catalog catalog;
    private final SnapshotCatalog snapshots;
    private final LuLocks locks;
    private final Works works;

    /** Over rows and locks. */
    public OriginMoves(Catalog catalog, SnapshotCatalog snapshots, LuLocks locks, Works works) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.locks = locks;
        this.works = works;
    }

    /** Fails if another node moves what a clone, whose lock this node has, would read. */
    void check(LuRow clone) {
        for (Optional<LuRow> origin = origin(clone); origin.isPresent(); origin = origin(origin.get())) {
            for (WorkRow work : works.running(KIND, origin.get().object())) {
                if (!locks.isSelf(work.node())) {
                    throw StorageError.LU_LOCKED.error(
                            "LU " + clone.name() + " cannot be opened now",
                            "it is a clone of LU " + origin.get().name() + ", whose node moves it: " + work.what(),
                            "wait for that to end, or cancel it");
                }
            }
        }
    }

    private Optional<LuRow> origin(LuRow clone) {
        return clone.origin().flatMap(snapshots::get).map(SnapshotRow::lu).flatMap(catalog::lu);
    }

    /** The snapshots of an LU that clones which are open on other nodes read. Asked once its work has a row. */
    public Set<UUID> openElsewhere(UUID lu) {
        return snapshots.current(lu).stream()
                .map(SnapshotRow::id)
                .filter(snapshot -> isReadElsewhere(snapshot, new HashSet<>()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isReadElsewhere(UUID snapshot, Set<UUID> seen) {
        List<LuRow> clones = snapshots.clones(snapshot);
        return clones.stream()
                .anyMatch(clone -> locks.isHeldElsewhere(clone.id())
                        || seen.add(clone.id())
                                && snapshots.current(clone.id()).stream()
                                        .anyMatch(further -> isReadElsewhere(further.id(), seen)));
    }
}
