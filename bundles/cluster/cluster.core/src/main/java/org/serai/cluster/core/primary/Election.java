package org.serai.cluster.core.primary;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership.Owner;
import org.serai.cluster.Primary;
import org.serai.cluster.core.ownership.DatabaseOwnership;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election: whoever takes the row of ownership {@link Primary#OBJECT} is the primary node. It is taken when it is
 * free, and from a holder that is proven dead, like anything else that is owned; so there are never two in one epoch.
 *
 * <p>A primary node that does not reach the database cannot do its work, though it lives and its heartbeats come. After
 * some ticks it forgoes the role; only then do its heartbeats say that it has lost the database ({@link #isHolding}), and
 * only then do others take what the database still calls its own.
 */
public final class Election implements Primary {
    private static final Logger LOG = LoggerFactory.getLogger(Election.class);

    /** A database that is started anew is no reason for another primary node. */
    private static final int FORGOES_AFTER_TICKS = 3;

    /** A node is alive that was silent for two renewals, and what it then writes it may have begun before: thrice that. */
    private static final int BELIEVED_AFTER_TICKS = 6;

    private final DatabaseOwnership ownership;
    private final Fence fence;
    private final UUID self;
    private final UUID incarnation;
    private final Proofs proofs;
    private final Announcement announcement;
    private final Supplier<List<Standing>> standings;
    private final BooleanSupplier reachesDatabase;
    private final Predicate<UUID> saysItLostTheDatabase;
    private volatile Optional<Grant> grant = Optional.empty();
    private volatile boolean standing = true;
    private int ticksWithoutDatabase;
    private Optional<Owner> idle = Optional.empty();
    private int ticksIdle;

    /**
     * Stands for election with each tick.
     *
     * @param reachesDatabase whether this node reached the database when it last tried
     * @param saysItLostTheDatabase whether a node's heartbeats come, and say so
     */
    public Election(
            DatabaseOwnership ownership,
            Fence fence,
            UUID self,
            UUID incarnation,
            Proofs proofs,
            Announcement announcement,
            Supplier<List<Standing>> standings,
            BooleanSupplier reachesDatabase,
            Predicate<UUID> saysItLostTheDatabase) {
        this.ownership = ownership;
        this.fence = fence;
        this.self = self;
        this.incarnation = incarnation;
        this.proofs = proofs;
        this.announcement = announcement;
        this.standings = standings;
        this.reachesDatabase = reachesDatabase;
        this.saysItLostTheDatabase = saysItLostTheDatabase;
    }

    /** Proofs that are there without waiting. */
    @FunctionalInterface
    public interface Proofs {
        /** The proof that an incarnation is over, if there is one by now. */
        Optional<DeathProof> look(UUID node, UUID incarnation);
    }

    /** Writes in the transaction of the election that this node was elected. */
    @FunctionalInterface
    public interface Announcement {
        /** The grant's holder is the primary node now. */
        void elected(Transaction transaction, Grant grant);
    }

    /** Takes what is free or proven to be; called every renewal, by one thread. */
    public void tick() {
        if (!reachesDatabase.getAsBoolean()) {
            forgo();
            return;
        }
        ticksWithoutDatabase = 0;
        if (!standing || isMine() || !fence.isOpen()) {
            return;
        }
        try {
            stand(ownership.owner(OBJECT));
        } catch (SeraiException refused) {
            LOG.debug("this node was not elected", refused);
        }
    }

    private void forgo() {
        idle = Optional.empty();
        if (grant.isPresent() && ++ticksWithoutDatabase >= FORGOES_AFTER_TICKS) {
            var held = grant.get();
            grant = Optional.empty();
            ownership.forgo(held);
            LOG.warn("this node does not reach the database and is the primary one no longer");
        }
    }

    /** Whether this node was the primary one when it was last told; while it is, no other one is elected as long as it lives. */
    public boolean isHolding() {
        return grant.isPresent();
    }

    private void stand(Optional<Owner> owner) {
        var holder = owner.flatMap(Owner::holder);
        if (holder.isEmpty() || holder.get().equals(self)) {
            taken(ownership.acquire(OBJECT, "primary node", announcement::elected));
            return;
        }
        if (hasForgone(owner.orElseThrow())) {
            taken(ownership.succeed(owner.get(), "primary node", announcement::elected));
            return;
        }
        proofs.look(holder.get(), owner.flatMap(Owner::incarnation).orElseThrow())
                .ifPresent(proof -> taken(ownership.takeOver(OBJECT, "primary node", proof, announcement::elected)));
    }

    /**
     * Whether its heartbeats have said for so long that it does not reach the database that one which says so was begun
     * after it was given this epoch: the first ones that are seen may be older.
     */
    private boolean hasForgone(Owner owner) {
        if (!saysItLostTheDatabase.test(owner.holder().orElseThrow())) {
            idle = Optional.empty();
            return false;
        }
        ticksIdle = idle.equals(Optional.of(owner)) ? ticksIdle + 1 : 0;
        idle = Optional.of(owner);
        return ticksIdle >= BELIEVED_AFTER_TICKS;
    }

    private void taken(Grant now) {
        grant = Optional.of(now);
        LOG.info("this node is the primary one, epoch {}", now.epoch());
    }

    private boolean isMine() {
        var held = grant;
        return held.isPresent()
                && ownership
                        .owner(OBJECT)
                        .filter(owner -> owner.epoch() == held.get().epoch()
                                && owner.incarnation().equals(Optional.of(incarnation)))
                        .isPresent();
    }

    /** Gives it back, so that another one can be elected at once, and stands no more until {@link #standAgain}. */
    public void stepDown() {
        standing = false;
        grant.ifPresent(held -> {
            grant = Optional.empty();
            ownership.release(held);
        });
    }

    /** Stands for election again. */
    public void standAgain() {
        standing = true;
    }

    @Override
    public Optional<UUID> node() {
        return ownership.owner(OBJECT).flatMap(Owner::holder);
    }

    @Override
    public long epoch() {
        return ownership.owner(OBJECT).map(Owner::epoch).orElse(0L);
    }

    @Override
    public List<Standing> standings() {
        return standings.get();
    }

    /** Not while the database is away: whatever the primary node does it writes there, and others do it instead. */
    @Override
    public boolean isSelf() {
        return fence.isOpen() && reachesDatabase.getAsBoolean() && isMine();
    }
}
