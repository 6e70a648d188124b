package org.serai.storage.core.change;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LuChange.Flatten;
import org.serai.storage.LuChange.Move;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.group.Placement;
import org.serai.storage.core.lu.HeldLu;
import org.serai.storage.core.lu.OriginMoves;
import org.serai.storage.core.lu.PoolMove;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;

/**
 * Moving LUs between tiers, and making clones independent. A move in a pool writes the new tier first, with the mark that
 * not all is there yet: new space comes from there in any case, and whoever repeats the move finishes it.
 */
public final class Moving implements Placement {
    private final Change with;
    private final PoolMove between;
    /** Who drains a PV meets this node's own move of what it holds there. */
    private final Map<UUID, ReentrantLock> turns = new ConcurrentHashMap<>();

    /** Within pools by itself, between pools by the other one. */
    public Moving(Change with, PoolMove between) {
        this.with = with;
        this.between = between;
    }

    Plan plan(Move change) {
        LuRow row = with.catalog().lu(change.lu());
        TierRow tier = with.tiers().tier(change.tier());
        Planning planning = new Planning()
                .check(() -> with.open().requireHoldable(row, isInPool(row, tier) ? Moves.class : LuStore.class))
                .obstacle(with.access().denied(tier, row.client(), "tier " + change.tier()));
        if (isInPool(row, tier)) {
            if (!row.tier().equals(tier.id()) || !row.placed()) {
                planning.step("LU " + row.name() + " moves to tier " + change.tier() + " while it is in use");
            }
        } else {
            planning.check(() -> between.check(row, tier));
            planning.step(
                    "LU " + row.name() + " is copied to " + change.tier() + " while it is in use, and is there then");
        }
        return planning.plan();
    }

    void apply(Move change, Progress progress) {
        LuRow row = with.catalog().lu(change.lu());
        TierRow tier = with.tiers().tier(change.tier());
        with.access().checkGroup(tier, row.client(), "tier " + change.tier(), "moving LU " + row.name());
        if (isInPool(row, tier)) {
            place(row, tier, progress);
        } else {
            with.works()
                    .run(
                            "lu-move",
                            row.object(),
                            "moving LU " + row.name() + " to " + change.tier(),
                            progress,
                            told -> with.open().using(row, "being moved", held -> between.move(held, tier, told)));
        }
    }

    private boolean isInPool(LuRow row, TierRow tier) {
        return with.tiers().group(tier).pool().equals(row.pool());
    }

    /** Moves all of an LU onto the PVs of a tier, of which it then is; after a move there that is under way here. */
    @Override
    public void place(LuRow row, TierRow tier, Progress progress) {
        ReentrantLock turn = turns.computeIfAbsent(row.id(), _ -> new ReentrantLock());
        turn.lock();
        try {
            with.works()
                    .run(
                            OriginMoves.KIND,
                            row.object(),
                            "moving LU " + row.name() + " to tier "
                                    + with.tiers().name(tier),
                            progress,
                            told -> with.open().using(row, "being moved", held -> place(held, tier, told)));
        } finally {
            turn.unlock();
        }
    }

    private LuRow place(HeldLu held, TierRow tier, Progress progress) {
        Moves able = held.able(Moves.class);
        LuRow before = held.row();
        Set<UUID> placement = with.tiers().placement(tier);
        LuRow moving = update(held, before.placed(tier.id(), false));
        try {
            able.place(with.tiers().placement(tier), with.moves().openElsewhere(before.id()), held.watched(progress));
        } catch (SeraiException e) {
            if (e.code() == StorageError.SNAPSHOT_IN_USE) {
                update(held, before); // nothing was moved
            }
            throw e;
        }
        with.open().placed(before.id(), placement);
        return update(held, moving.placed(tier.id(), true));
    }

    private LuRow update(HeldLu held, LuRow row) {
        LuRow now = with.settling().update(row, held.grant());
        with.open().changed(now);
        return now;
    }

    Plan plan(Flatten change) {
        LuRow row = with.catalog().lu(change.lu());
        Planning planning = new Planning().check(() -> with.open().requireHoldable(row, LuStore.class));
        if (row.origin().isPresent()) {
            planning.step("LU " + row.name() + " gets its own copy of what it shares with its origin");
        }
        return planning.plan();
    }

    void apply(Flatten change, Progress progress) {
        LuRow row = with.catalog().lu(change.lu());
        if (row.origin().isEmpty()) {
            return;
        }
        with.works()
                .run(
                        "lu-flatten",
                        row.object(),
                        "flattening LU " + row.name(),
                        progress,
                        told -> with.open().using(row, "being flattened", held -> {
                            held.able(Clones.Clone.class).flatten(held.watched(told));
                            return update(held, held.row().from(Optional.empty()));
                        }));
    }
}
