package org.serai.scsi.target.luexport;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.View;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.Paths.State;
import org.serai.scsi.target.export.ExportService;
import org.serai.storage.Lu;
import org.serai.storage.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths of this node: made and ended as the rows say, and active where nobody else is. Called by one thread at a
 * time, but for {@link #of}.
 */
final class OwnPaths {
    private static final Logger LOG = LoggerFactory.getLogger(OwnPaths.class);

    /** How many looks an LU must have been without a holder before another node than the preferred one takes it. */
    private static final int PATIENCE = 3;

    private final Cluster cluster;
    private final Storage storage;
    private final ExportService exports;
    private final Neighbours neighbours;
    private final Executor threads;
    private final Map<UUID, LuPath> paths = new ConcurrentHashMap<>();
    private final Map<UUID, Integer> freeLooks = new HashMap<>();
    private final Map<UUID, String> said = new ConcurrentHashMap<>();

    /**
     * No path yet.
     *
     * @param threads runs what waits for other nodes
     */
    OwnPaths(Cluster cluster, Storage storage, ExportService exports, Neighbours neighbours, Executor threads) {
        this.cluster = cluster;
        this.storage = storage;
        this.exports = exports;
        this.neighbours = neighbours;
        this.threads = threads;
    }

    /** The path to an LU. */
    Optional<LuPath> of(UUID lu) {
        return paths.values().stream().filter(path -> path.luId().equals(lu)).findFirst();
    }

    /** The path of an export. */
    Optional<LuPath> ofExport(UUID export) {
        return Optional.ofNullable(paths.get(export));
    }

    /** Shows the target of an export, standby. */
    LuPath show(LuExportRow row, Lu lu) {
        LuPath path = new LuPath(row, lu, cluster, storage, exports, neighbours);
        paths.put(row.id(), path);
        return path;
    }

    /** Ends the path of an export; nothing if there is none. */
    void end(UUID export) {
        Optional.ofNullable(paths.remove(export)).ifPresent(LuPath::end);
        freeLooks.remove(export);
        said.remove(export);
    }

    /** Ends all, at the end of the node; that a PV is away just then keeps nothing else from being ended. */
    void endAll() {
        for (UUID export : List.copyOf(paths.keySet())) {
            Endings.quietly("the path of export " + export, () -> end(export));
        }
    }

    /** Makes the paths what the rows say, and takes LUs that nobody has. */
    void look() {
        UUID self = cluster.self().id();
        View<PathRow> view = cluster.database().view(PathRow.class);
        for (PathRow row : view.where(each -> each.node().equals(self))) {
            trying(row.export(), () -> look(row));
        }
        for (UUID export : List.copyOf(paths.keySet())) {
            if (view.get(PathRow.of(export, self).id()).isEmpty()) {
                Endings.quietly("the path of export " + export, () -> end(export));
                LOG.info("this node's path of export {} was taken away", export);
            }
        }
    }

    private void look(PathRow row) {
        Optional<LuExportRow> export =
                cluster.database().view(LuExportRow.class).get(row.export());
        Optional<Lu> lu = export.flatMap(each -> storage.lu(each.lu()));
        if (lu.isEmpty()) {
            return;
        }
        LuPath path = paths.get(row.export());
        if (path == null) {
            exports.requireTransport();
            // Somebody may have taken it away since the row was looked at.
            if (!isRecorded(row)) {
                return;
            }
            path = show(export.get(), lu.get());
            LOG.info("{} is exported again", export.get().target());
        }
        path.lookIfSettled();
        takeIfLeft(path, export.get());
    }

    /** As the VIOS DB has it. */
    private boolean isRecorded(PathRow row) {
        return cluster.database()
                .read(transaction -> transaction.get(PathRow.class, row.id()))
                .isPresent();
    }

    private void takeIfLeft(LuPath path, LuExportRow export) {
        if (path.state() == State.ACTIVE || !path.isIdle()) {
            return;
        }
        Optional<Owner> owner = cluster.seenHolder(export.lu()).filter(each -> !isOwn(each));
        boolean over = owner.filter(cluster::looksOver).isPresent();
        if (owner.isPresent() && !over) {
            freeLooks.remove(export.id());
            return;
        }
        int looks = freeLooks.merge(export.id(), 1, Integer::sum);
        // Of what a dead node held one gets it whoever asks first; what was given back is the preferred node's before
        // all.
        if (over || cluster.isSelf(export.node()) || looks > PATIENCE) {
            threads.execute(() -> trying(export.id(), () -> path.acquireLeft(told -> LOG.info("{}", told))));
        }
    }

    private boolean isOwn(Owner owner) {
        return owner.holder().filter(cluster::isSelf).isPresent();
    }

    /** Says once for each reason what cannot be done, however often it is tried. */
    private void trying(UUID export, Runnable step) {
        try {
            step.run();
            said.remove(export);
        } catch (SeraiException e) {
            if (!e.getMessage().equals(said.put(export, e.getMessage()))) {
                LOG.warn("an export of this node waits, and is tried again: {}", e.getMessage());
            }
        } catch (RuntimeException e) {
            LOG.error("an export of this node could not be looked at", e);
        }
    }
}
