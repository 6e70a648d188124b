package org.serai.storage.core.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.serai.storage.LuKind;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PartCatalog;
import org.serai.storage.core.catalog.PartRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotCatalog;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.core.lu.Capabilities;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvChanges.Loss;

/** Finds and tells what is lost with a PV that is given up, and where a good copy of it is. */
public final class Losing {
    private final Catalog catalog;
    private final SnapshotCatalog snapshots;
    private final PartCatalog parts;
    private final Pairs pairs;
    private final BiConsumer<Set<UUID>, String> redundant;

    /**
     * Over rows.
     *
     * @param redundant is told which LUs have lost something and why, so that redundant ones go on with their other side
     */
    public Losing(
            Catalog catalog,
            SnapshotCatalog snapshots,
            PartCatalog parts,
            Pairs pairs,
            BiConsumer<Set<UUID>, String> redundant) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.parts = parts;
        this.pairs = pairs;
        this.redundant = redundant;
    }

    /** An LU that loses something. */
    record Lost(LuRow lu, Loss loss) {}

    /** What LUs lose with a PV, those included of which the pool would have nothing left. */
    List<Lost> lost(Attachment attachment, PvRow pv) {
        Map<UUID, Loss> known = Capabilities.of(attachment, PvChanges.class).losses(pv.id()).stream()
                .collect(Collectors.toMap(Loss::lu, Function.identity()));
        Set<UUID> seen = new HashSet<>(attachment.store().lus());
        List<Lost> lost = new ArrayList<>();
        for (LuRow lu : catalog.lus()) {
            boolean here = lu.pool().equals(attachment.pool().id()) && lu.state() == RowState.ONLINE;
            if (here && known.containsKey(lu.id())) {
                lost.add(new Lost(lu, known.get(lu.id())));
            } else if (here && !seen.contains(lu.id())) {
                lost.add(new Lost(lu, new Loss(lu.id(), lu.sizeBytes(), List.of(), true)));
            }
        }
        return lost;
    }

    /** Fails if anything is lost for which there is no leave. */
    void requireLeave(Attachment attachment, PvRow pv, boolean dropData) {
        List<Lost> lost = lost(attachment, pv);
        if (!lost.isEmpty() && !dropData) {
            throw StorageError.PV_NOT_EMPTY.error(
                    "PV " + pv.path() + " holds data of LUs, which would be lost",
                    String.join("; ", sentences(lost)),
                    "bring the PV back if that can be done; if not, give --drop-data as well");
        }
    }

    void plan(Attachment attachment, PvRow pv, boolean dropData, Planning planning) {
        planning.check(() -> Capabilities.of(attachment, PvChanges.class).requireLost(pv.id()));
        planning.check(() -> {
            requireLeave(attachment, pv, dropData);
            sentences(lost(attachment, pv)).forEach(planning::step);
        });
        planning.step("PV " + pv.path() + " is struck from the pool without being read; if it comes back it is stale");
    }

    /** The PV is gone; told again after a crash, nothing is different. */
    void told(Attachment attachment, PvRow pv) {
        PvChanges able = Capabilities.of(attachment, PvChanges.class);
        Set<UUID> lossy = catalog.lus().stream()
                .filter(lu -> lu.pool().equals(attachment.pool().id()) && able.lostBytes(lu.id()) > 0)
                .map(LuRow::id)
                .collect(Collectors.toSet());
        redundant.accept(lossy, "PV " + pv.path() + " was removed as lost");
    }

    private List<String> sentences(List<Lost> lost) {
        Set<UUID> all = lost.stream().map(each -> each.lu().id()).collect(Collectors.toSet());
        return lost.stream()
                .filter(each -> each.lu().kind() != LuKind.INTENT)
                .map(each -> sentence(each.lu(), each.loss()) + copies(each.lu(), all))
                .toList();
    }

    private String sentence(LuRow lu, Loss loss) {
        List<String> more = new ArrayList<>();
        loss.snapshots().stream()
                .flatMap(id -> snapshots.get(id).stream())
                .map(SnapshotRow::name)
                .forEach(name -> more.add("snapshot " + name));
        parts.of(lu.id()).stream().map(PartRow::name).forEach(name -> more.add("sub-partition " + name));
        String what = loss.whole()
                ? "is lost as a whole (" + Planning.size(lu.sizeBytes()) + ")"
                : "loses " + Planning.size(loss.bytes()) + " of " + Planning.size(lu.sizeBytes());
        return "LU " + lu.name() + " " + what + (more.isEmpty() ? "" : ", with parts of " + String.join(", ", more));
    }

    private String copies(LuRow lu, Set<UUID> lost) {
        Optional<RedundancyRow> pair = pairs.seen(lu.id());
        if (pair.isEmpty()) {
            return ", and has no copy";
        }
        boolean primary = pair.get().lu().equals(lu.id());
        UUID other = primary ? pair.get().copy() : pair.get().lu();
        String name = catalog.lu(other).map(LuRow::name).orElse(other.toString());
        State behind = primary ? State.COPY_BEHIND : State.PRIMARY_BEHIND;
        if (lost.contains(other)) {
            return ", and so does " + name;
        }
        return pair.get().state() == behind
                ? ", and " + name + " does not hold everything"
                : ", but " + name + " holds everything";
    }
}
