package org.serai.cluster.core.primary;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.cluster.Primary;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election: whoever takes the row of ownership {@link Primary#OBJECT} is the primary node. It is taken when it is
 * free, and from a holder that is proven dead, like anything else that is owned; so there are never two in one epoch.
 */
public final class Election implements Primary {
    private static final Logger LOG = LoggerFactory.getLogger(Election.class);

    private final Ownership ownership;
    private final Fence fence;
    private final UUID self;
    private final UUID incarnation;
    private final Proofs proofs;
    private final Announcement announcement;
    private final Supplier<List<Standing>> standings;
    private final BooleanSupplier reachesDatabase;
    private volatile Optional<Grant> grant = Optional.empty();
    private volatile boolean standing = true;

    /**
     * Stands for election with each tick.
     *
     * @param reachesDatabase whether this node reached the database when it last tried
     */
    public Election(
            Ownership ownership,
            Fence fence,
            UUID self,
            UUID incarnation,
            Proofs proofs,
            Announcement announcement,
            Supplier<List<Standing>> standings,
            BooleanSupplier reachesDatabase) {
        this.ownership = ownership;
        this.fence = fence;
        this.self = self;
        this.incarnation = incarnation;
        this.proofs = proofs;
        this.announcement = announcement;
        this.standings = standings;
        this.reachesDatabase = reachesDatabase;
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
        var owner = ownership.owner(OBJECT);
        if (!standing || isMine(owner) || !fence.isOpen()) {
            return;
        }
        try {
            stand(owner);
        } catch (SeraiException refused) {
            LOG.debug("this node was not elected", refused);
        }
    }

    private void stand(Optional<Owner> owner) {
        var holder = owner.flatMap(Owner::holder);
        if (holder.isEmpty() || holder.get().equals(self)) {
            taken(ownership.acquire(OBJECT, "primary node", announcement::elected));
            return;
        }
        proofs.look(holder.get(), owner.flatMap(Owner::incarnation).orElseThrow())
                .ifPresent(proof -> taken(ownership.takeOver(OBJECT, "primary node", proof, announcement::elected)));
    }

    private void taken(Grant now) {
        grant = Optional.of(now);
        LOG.info("this node is the primary one, epoch {}", now.epoch());
    }

    private boolean isMine(Optional<Owner> owner) {
        return grant.isPresent()
                && owner.isPresent()
                && owner.get().epoch() == grant.get().epoch()
                && owner.get().incarnation().equals(Optional.of(incarnation));
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
        return fence.isOpen() && reachesDatabase.getAsBoolean() && isMine(ownership.owner(OBJECT));
    }
}
