package org.serai.storage.core.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Progress;
import org.serai.storage.Pv;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Pause;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.group.Placement;
import org.serai.storage.core.lu.Capabilities;
import org.serai.storage.core.lu.LuLocks;
import org.serai.storage.core.lu.OriginMoves;
import org.serai.storage.core.work.Works;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvUsage;

/**
 * Empties a PV: this node moves what it holds and what nobody holds, and waits for the other nodes, each of which moves
 * what it holds as soon as it sees that the PV is being drained.
 */
final class Draining {
    private static final long POLL_MS = 500;
    /** So often nothing has changed until the others are no longer waited for: ten seconds. */
    private static final int POLLS_AT_MOST = 20;

    private final Catalog catalog;
    private final Tiers tiers;
    private final PvRows rows;
    private final Works works;
    private final Placement placement;
    private final LuLocks locks;
    private final Pause pause;

    Draining(Catalog catalog, Tiers tiers, PvRows rows, Works works, Placement placement, LuLocks locks, Pause pause) {
        this.catalog = catalog;
        this.tiers = tiers;
        this.rows = rows;
        this.works = works;
        this.placement = placement;
        this.locks = locks;
        this.pause = pause;
    }

    /** Empties it; {@link StorageError#PV_NOT_EMPTY} says what is left on it, and why. */
    void drain(Attachment attachment, PvRow row, Progress progress) {
        rows.state(row, Pv.State.DRAINING);
        Capabilities.of(attachment, PvChanges.class).drainPv(row.id(), true);
        new Run(attachment, row, progress).toTheEnd();
    }

    private String name(UUID lu) {
        return catalog.lu(lu).map(LuRow::name).orElse(lu.toString());
    }

    private String heldBy(UUID lu, Owner owner) {
        return name(lu) + " (node " + locks.name(owner)
                + (locks.isOver(owner) ? ", which is over, holds it for " : " holds it for ") + owner.operation() + ")";
    }

    /** Says who moves what, and that nobody moves what a dead node holds. */
    void plan(List<UUID> lus, String bytes, Planning planning) {
        List<UUID> here =
                lus.stream().filter(lu -> locks.elsewhere(lu).isEmpty()).toList();
        if (!here.isEmpty()) {
            String names = String.join(", ", here.stream().map(this::name).toList());
            planning.step(
                    here.size() == lus.size()
                            ? bytes + " of " + names + " move to other PVs while in use"
                            : "what " + names + " has there moves to other PVs while in use");
        }
        for (UUID lu : lus) {
            locks.elsewhere(lu).ifPresent(owner -> {
                if (locks.isOver(owner)) {
                    planning.obstacle(StorageError.PV_NOT_EMPTY.error(
                            "LU " + name(lu) + " cannot be moved off",
                            "node " + locks.name(owner) + ", which is over, holds it for " + owner.operation(),
                            "lock:break " + name(lu) + ", or use it at another node, which takes it over"));
                } else {
                    planning.step("LU " + name(lu) + " is moved by node " + locks.name(owner) + ", which holds it for "
                            + owner.operation() + "; that is waited for");
                }
            });
        }
    }

    /** One run. */
    private final class Run {
        private final Attachment attachment;
        private final PvChanges able;
        private final PvRow row;
        private final Progress progress;
        private final long total;
        private final Set<UUID> tried = new HashSet<>();
        private final Map<UUID, String> reasons = new LinkedHashMap<>();
        private Optional<SeraiException> failure = Optional.empty();

        Run(Attachment attachment, PvRow row, Progress progress) {
            this.attachment = attachment;
            this.able = Capabilities.of(attachment, PvChanges.class);
            this.row = row;
            this.progress = progress;
            this.total = used();
        }

        void toTheEnd() {
            List<Object> before = List.of();
            int still = 0;
            for (List<UUID> theirs = round(); !theirs.isEmpty(); theirs = round()) {
                List<Object> now = List.of(used(), theirs);
                still = now.equals(before) ? still + 1 : 0;
                before = now;
                if (still >= POLLS_AT_MOST && theirs.stream().noneMatch(this::isBeingMoved)) {
                    break;
                }
                tell();
                pause.millis(POLL_MS);
            }
            failure.ifPresent(e -> {
                throw e;
            });
            requireEmpty();
            tell();
        }

        /** Moves what this node can move and has not tried yet; what others hold that may still move it. */
        private List<UUID> round() {
            List<UUID> theirs = new ArrayList<>();
            for (UUID lu : able.lusOn(row.id())) {
                Optional<Owner> holder = locks.elsewhere(lu);
                if (holder.isEmpty() && tried.add(lu)) {
                    place(lu);
                } else if (holder.isPresent() && !locks.isOver(holder.get())) {
                    theirs.add(lu);
                }
            }
            return theirs;
        }

        /** What keeps one LU where it is keeps no other one there. */
        private void place(UUID id) {
            Optional<LuRow> lu = catalog.lu(id);
            Optional<TierRow> tier = lu.flatMap(found -> tiers.tier(found.tier()));
            if (tier.isEmpty()) {
                return; // half made or half deleted: somebody is at it, or will clear it
            }
            long done = total - used();
            try {
                placement.place(lu.get(), tier.get(), (_, _) -> progress.at(Math.max(0, done), total));
            } catch (SeraiException e) {
                if (e.code() == StorageError.CANCELLED) {
                    throw e;
                }
                boolean somebodyElse = e.code() == StorageError.LU_LOCKED
                        || e.code() == StorageError.SNAPSHOT_IN_USE
                        || e.code() == StorageError.NO_SUCH_LU;
                if (!somebodyElse && failure.isEmpty()) {
                    failure = Optional.of(e);
                }
                reasons.put(id, e.reason());
            }
        }

        private boolean isBeingMoved(UUID lu) {
            return !works.running(OriginMoves.KIND, LuRow.object(lu)).isEmpty();
        }

        private void tell() {
            if (!progress.at(Math.max(0, total - used()), total)) {
                throw StorageError.CANCELLED.error(
                        "Draining PV " + row.path() + " was cancelled",
                        "somebody asked for that",
                        "ask for it again to go on, or pv:use the PV again");
            }
        }

        private long used() {
            return attachment.store().pvs().stream()
                    .filter(pv -> pv.pv().equals(row.id()))
                    .mapToLong(PvUsage::usedBytes)
                    .sum();
        }

        private void requireEmpty() {
            List<UUID> left = able.lusOn(row.id());
            if (left.isEmpty()) {
                return;
            }
            Set<String> nodes = new TreeSet<>();
            List<String> told = new ArrayList<>();
            for (UUID lu : left) {
                Optional<Owner> holder = locks.elsewhere(lu);
                holder.ifPresent(owner -> nodes.add(locks.name(owner)));
                told.add(holder.map(owner -> heldBy(lu, owner))
                        .orElseGet(() -> name(lu)
                                + Optional.ofNullable(reasons.get(lu))
                                        .map(reason -> " (" + reason + ")")
                                        .orElse("")));
            }
            throw StorageError.PV_NOT_EMPTY.error(
                    "PV " + row.path() + " is not empty yet: it takes nothing new, and " + Planning.size(used())
                            + " of " + left.size() + (left.size() == 1 ? " LU" : " LUs") + " are left on it",
                    "left are " + String.join(", ", told),
                    nodes.isEmpty()
                            ? "see to these LUs, then ask for this again"
                            : "see that " + String.join(", ", nodes) + " can move them (pool:list there),"
                                    + " close them, or break the locks of a dead node; then ask for this again, here or"
                                    + " there; pv:use takes it back");
        }
    }
}
