package org.serai.storage.core.lu;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Lu;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Moments;
import org.serai.storage.core.catalog.PartRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The locks of LUs: ownership of {@code lu:ID}, with errors that name the LU. */
public final class LuLocks {
    private static final Logger LOG = LoggerFactory.getLogger(LuLocks.class);
    private static final long RETRY_MS = 5_000;

    private final Database database;
    private final SpaceLock.Cluster cluster;
    private final Moments moments;
    private final ScheduledExecutorService scheduler;

    /** Locks of this node; the scheduler gives back later what the database could not be told at once. */
    public LuLocks(Database database, SpaceLock.Cluster cluster, Moments moments, ScheduledExecutorService scheduler) {
        this.database = database;
        this.cluster = cluster;
        this.moments = moments;
        this.scheduler = scheduler;
    }

    /** Locks an LU; {@link StorageError#LU_LOCKED} naming holder, operation, since when, and the parts in use. */
    public Grant acquire(LuRow row, String operation) {
        try {
            return cluster.ownership().acquire(row.object(), operation, Moments::locked);
        } catch (SeraiException e) {
            if (e.code() == ClusterError.OWNED) {
                throw StorageError.LU_LOCKED.error(
                        "LU " + row.name() + " is held",
                        e.reason() + sinceAndParts(row),
                        holderNow(row.id())
                                .flatMap(owner -> ending(row, owner)
                                        .map(ending -> owner.operation().equals(Lu.Lock.EXPORT)
                                                ? ending + "; of a node that is dead, lu:export takes it over"
                                                : ending))
                                .orElse(e.action()),
                        e);
            }
            throw e;
        }
    }

    /** Locks a sub-partition. */
    public Grant acquire(PartRow part, String luName, String operation) {
        try {
            return cluster.ownership().acquire(part.object(), operation, Moments::locked);
        } catch (SeraiException e) {
            if (e.code() == ClusterError.OWNED) {
                String since = cluster.ownership()
                        .owner(part.object())
                        .map(owner -> since(part.object(), owner.epoch()))
                        .orElse("");
                throw StorageError.LU_LOCKED.error(
                        "Sub-partition " + part.name() + " of LU " + luName + " is held",
                        e.reason() + since,
                        e.action(),
                        e);
            }
            throw e;
        }
    }

    /** What ends a lock, if a command does. */
    public Optional<String> ending(LuRow row, Owner owner) {
        return Lu.Lock.ending(row.name(), owner.operation(), name(owner));
    }

    private Optional<Owner> holderNow(UUID lu) {
        return database.read(transaction -> cluster.ownership().owner(transaction, LuRow.object(lu)))
                .filter(owner -> owner.holder().isPresent());
    }

    private String sinceAndParts(LuRow row) {
        String since =
                holder(row).map(owner -> since(row.object(), owner.epoch())).orElse("");
        List<String> parts = partsInUse(row.id());
        return since + (parts.isEmpty() ? "" : "; in use are its sub-partitions " + String.join(", ", parts));
    }

    private String since(String object, long epoch) {
        String at = moments.lockedAt(object, epoch);
        return at.isEmpty() ? "" : " since " + at;
    }

    /** The names of the sub-partitions of an LU that are held. */
    public List<String> partsInUse(UUID lu) {
        return database.view(PartRow.class).where(part -> part.lu().equals(lu)).stream()
                .filter(part -> cluster.ownership()
                        .owner(part.object())
                        .filter(owner -> owner.holder().isPresent())
                        .isPresent())
                .map(PartRow::name)
                .sorted()
                .toList();
    }

    /** Locks an LU whose holder is proven dead. */
    public Grant takeOver(LuRow row, String operation, DeathProof proof) {
        return cluster.ownership().takeOver(row.object(), operation, proof, Moments::locked);
    }

    /** Locks a sub-partition whose holder is proven dead. */
    public Grant takeOver(PartRow part, String operation, DeathProof proof) {
        return cluster.ownership().takeOver(part.object(), operation, proof, Moments::locked);
    }

    /** Gives a lock back now, or as soon as the database can be reached again. */
    public void release(Grant grant) {
        try {
            cluster.ownership().release(grant, Moments::unlocked);
        } catch (SeraiException e) {
            LOG.warn("The lock {} is given back later: {}", grant.object(), e.getMessage());
            if (!scheduler.isShutdown()) {
                scheduler.schedule(() -> release(grant), RETRY_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** The same lock with a higher epoch. */
    Grant renewed(Grant grant) {
        return cluster.ownership().renew(grant, Moments::locked);
    }

    /** Fails unless the lock is still this one; holds until the commit. */
    public void require(Transaction transaction, Grant grant) {
        cluster.ownership().require(transaction, grant);
    }

    /** Who holds an LU, as this node sees it. */
    public Optional<Owner> holder(LuRow row) {
        return cluster.ownership()
                .owner(row.object())
                .filter(owner -> owner.holder().isPresent());
    }

    /** Who holds a sub-partition, as this node sees it. */
    public Optional<Owner> holder(PartRow part) {
        return cluster.ownership()
                .owner(part.object())
                .filter(owner -> owner.holder().isPresent());
    }

    /** The name of a holder. */
    public String name(Owner owner) {
        UUID node = owner.holder().orElseThrow();
        return cluster.membership().node(node).map(Node::name).orElse(node.toString());
    }

    /** Whether another node holds an LU, as the database itself has it. */
    boolean isHeldElsewhere(UUID lu) {
        return elsewhere(lu).isPresent();
    }

    /** Which other node holds an LU, as the database itself has it. */
    public Optional<Owner> elsewhere(UUID lu) {
        return holderNow(lu).filter(owner -> !isSelf(owner.holder().orElseThrow()));
    }

    /** Whether a holder's incarnation is over, as far as is seen without a proof. */
    public boolean isOver(Owner owner) {
        UUID holder = owner.holder().orElseThrow();
        if (isSelf(holder)) {
            return !owner.incarnation()
                    .orElseThrow()
                    .equals(cluster.membership().self().incarnation());
        }
        return switch (cluster.liveness().seen(holder).state()) {
            case DEAD, STOPPED -> true;
            case ALIVE, SUSPECT, UNKNOWN -> false;
        };
    }

    /** Whether an earlier start of this node is the holder. */
    boolean isOwnEarlier(Owner owner) {
        return isSelf(owner.holder().orElseThrow()) && isOver(owner);
    }

    /** Locks an LU that is free, or whose holder is over. */
    public Grant acquireLeft(LuRow row, Optional<Owner> holder, String operation) {
        Optional<Owner> another = holder.filter(owner -> !isSelf(owner.holder().orElseThrow()));
        return another.isPresent() ? takeOver(row, operation, prove(another.get())) : acquire(row, operation);
    }

    /** Proves that a holder is dead, waiting as long as that takes. */
    public DeathProof prove(Owner owner) {
        return cluster.liveness()
                .prove(owner.holder().orElseThrow(), owner.incarnation().orElseThrow(), told -> LOG.info("{}", told));
    }

    /** Whether that is this node. */
    public boolean isSelf(UUID node) {
        return node.equals(cluster.membership().self().id());
    }
}
