package org.serai.storage.core.attach;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.cluster.spi.StorageFence;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PvRelay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a pool's store knows of the platform: this node, and how to be the only one who changes the pool's space. */
public final class SpaceLock implements PoolContext {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceLock.class);
    private static final long WAIT_MS = 30_000;
    private static final long PAUSE_AT_MOST_MS = 100;

    private final Cluster cluster;
    private final Pace pace;
    private final String object;
    private final String operation;
    private final Supplier<List<PvLayout>> pvs;
    private final PvRelay relay;
    private final ReentrantLock local = new ReentrantLock();
    private final AtomicReference<Optional<StorageFence>> fence = new AtomicReference<>(Optional.empty());
    /** A grant that could not be given back while the database was away; it is used again. */
    private Optional<Grant> kept = Optional.empty();

    /** The cluster services that storage needs. */
    public record Cluster(Membership membership, Ownership ownership, Liveness liveness) {}

    /** Time and chance. */
    public record Pace(LongSupplier nanoTime, Pause pause, RandomGenerator random, InstantSource clock) {}

    public SpaceLock(
            UUID pool, String poolName, Cluster cluster, Pace pace, Supplier<List<PvLayout>> pvs, PvRelay relay) {
        this.pvs = pvs;
        this.relay = relay;
        this.object = "space:" + pool;
        this.operation = "changing the space of pool " + poolName;
        this.cluster = cluster;
        this.pace = pace;
    }

    /** Tells it the pool's own fencing, once the pool is open. */
    public void fencedBy(Optional<StorageFence> storageFence) {
        fence.set(storageFence);
    }

    @Override
    public UUID node() {
        return cluster.membership().self().id();
    }

    @Override
    public UUID incarnation() {
        return cluster.membership().self().incarnation();
    }

    @Override
    public List<PvLayout> pvs() {
        return pvs.get();
    }

    @Override
    public PvRelay relay() {
        return relay;
    }

    @Override
    public <R> R exclusively(Supplier<R> work) {
        local.lock();
        try {
            Grant grant = acquire();
            try {
                return work.get();
            } finally {
                release(grant);
            }
        } finally {
            local.unlock();
        }
    }

    private Grant acquire() {
        long begun = pace.nanoTime().getAsLong();
        for (long pauseMs = 2; ; pauseMs = Math.min(PAUSE_AT_MOST_MS, 2 * pauseMs)) {
            try {
                return cluster.ownership().acquire(object, operation);
            } catch (SeraiException e) {
                if (e.code() != ClusterError.OWNED) {
                    throw e;
                }
                Optional<Grant> other = instead();
                if (other.isPresent()) {
                    return other.get();
                }
                if ((pace.nanoTime().getAsLong() - begun) / 1_000_000 > WAIT_MS) {
                    throw e;
                }
            }
            pace.pause().millis(1 + pace.random().nextLong(pauseMs));
        }
    }

    /** The grant that this node could not give back, or one taken over from a node that is proven dead. */
    private Optional<Grant> instead() {
        Optional<Owner> owner = cluster.ownership().owner(object);
        if (owner.isEmpty() || owner.get().holder().isEmpty()) {
            return Optional.empty();
        }
        UUID holder = owner.get().holder().get();
        if (holder.equals(node())) {
            long epoch = owner.get().epoch();
            return kept.filter(grant -> grant.epoch() == epoch);
        }
        return switch (cluster.liveness().seen(holder).state()) {
            case DEAD, STOPPED -> takeOver(holder, owner.get().incarnation().orElseThrow());
            case ALIVE, SUSPECT, UNKNOWN -> Optional.empty();
        };
    }

    /** Empty if another node was quicker, or a neighbour of the dead one may still write for it. */
    private Optional<Grant> takeOver(UUID holder, UUID holderIncarnation) {
        DeathProof proof = cluster.liveness().prove(holder, holderIncarnation, progress -> LOG.info("{}", progress));
        fence(fence.get(), proof);
        try {
            return Optional.of(cluster.ownership().takeOver(object, operation, proof));
        } catch (SeraiException e) {
            if (e.code() != ClusterError.OWNED) {
                throw e;
            }
            LOG.debug("{} is not taken over yet: {}", object, e.getMessage());
            return Optional.empty();
        }
    }

    /** Fences on storage, if the storage can. */
    public static void fence(Optional<StorageFence> storageFence, DeathProof proof) {
        if (storageFence.isPresent()) {
            try {
                storageFence.get().fence(proof.node(), proof.incarnation());
            } catch (IOException e) {
                throw StorageError.IO_FAILED.error(
                        "Node " + proof.node() + " could not be fenced on storage",
                        e.toString(),
                        "see that the storage can be reached, and try again",
                        e);
            }
        }
    }

    private void release(Grant grant) {
        try {
            cluster.ownership().release(grant);
            kept = Optional.empty();
        } catch (SeraiException e) {
            LOG.warn("{} is kept until the database is back: {}", object, e.getMessage());
            kept = Optional.of(grant);
        }
    }
}
