package org.serai.cluster.core.ownership;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ownership rows, changed inside the database's serialised write transactions. */
public final class DatabaseOwnership implements Ownership {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseOwnership.class);

    private final Database database;
    private final Fence fence;
    private final Acting self;
    private final Set<Grant> held = ConcurrentHashMap.newKeySet();
    /** Objects whose row this process is changing now. */
    private final Set<String> changing = ConcurrentHashMap.newKeySet();
    /** Objects of which this process does not know whether its last change was made. */
    private final Set<String> doubtful = ConcurrentHashMap.newKeySet();

    /** Grants to one incarnation of one node. */
    public DatabaseOwnership(Database database, Fence fence, Acting self) {
        this.database = database;
        this.fence = fence;
        this.self = self;
    }

    @Override
    public Grant acquire(String object, String operation, Along along) {
        return take(object, operation, this::isOwnEarlier, along);
    }

    @Override
    public Grant takeOver(String object, String operation, DeathProof proof, Along along) {
        if (proof.kind() == DeathProof.Kind.OPERATOR) {
            LOG.warn(
                    "{} is taken over from node {} on the operator's word: {}",
                    object,
                    proof.node(),
                    proof.explanation());
        }
        var grant = take(
                object, operation, row -> isOwnEarlier(row) || row.isHeldBy(proof.node(), proof.incarnation()), along);
        LOG.info(
                "took over {} from node {} with epoch {}; proof: {}, {}",
                object,
                proof.node(),
                grant.epoch(),
                proof.kind(),
                proof.explanation());
        return grant;
    }

    /**
     * Takes what the database still calls another one's, who has said to have forgone it: if it is still held just so.
     * Who has a thing open never forgoes it by saying so; that is for roles.
     */
    public Grant succeed(Owner from, String operation, Along along) {
        return take(from.object(), operation, row -> row.toOwner().equals(from), along);
    }

    /** Gives up what cannot be given back now, for the database is away: it is not held any more, and given back later. */
    public void forgo(Grant grant) {
        held.remove(grant);
        doubtful.add(grant.object());
    }

    private Grant take(String object, String operation, Predicate<OwnershipRow> mayTake, Along along) {
        fence.check();
        var alone = changing.add(object);
        try {
            var grant = database.write(transaction -> {
                self.requirePresent(transaction);
                var row = transaction.get(OwnershipRow.class, object);
                if (row.isPresent()
                        && row.get().holder().isPresent()
                        && !mayTake.test(row.get())
                        && !(alone && isForgotten(row.get()))) {
                    throw owned(row.get());
                }
                row.ifPresent(earlier -> requireNoDelegation(transaction, earlier));
                var taken = new OwnershipRow(
                        object,
                        Optional.of(self.node()),
                        Optional.of(self.incarnation()),
                        row.map(OwnershipRow::epoch).orElse(0L) + 1,
                        operation);
                var written = row.isPresent() ? transaction.update(taken) : transaction.insert(taken);
                var made = new Grant(object, self.node(), self.incarnation(), written.epoch(), operation);
                along.write(transaction, made);
                return made;
            });
            held.add(grant);
            return grant;
        } catch (SeraiException failed) {
            doubt(object, failed);
            throw failed;
        } finally {
            if (alone) {
                changing.remove(object);
            }
        }
    }

    /** A commit of which nothing was heard may have been made. */
    private void doubt(String object, SeraiException failed) {
        if (failed.code() == DatabaseError.UNREACHABLE) {
            doubtful.add(object);
        }
    }

    /** Granted to this incarnation, and nobody in it holds it: it was never told that it was granted, or gave it back. */
    private boolean isForgotten(OwnershipRow row) {
        return row.isHeldBy(self.node(), self.incarnation())
                && held.stream().noneMatch(grant -> grant.object().equals(row.object()));
    }

    /**
     * Gives back what this incarnation was granted without being told, or gave back without being heard; called every
     * renewal. Nobody else could take it as long as this node lives.
     */
    public void giveBackForgotten() {
        for (var object : doubtful) {
            if (changing.add(object)) {
                try {
                    giveBackForgotten(object);
                    doubtful.remove(object);
                } catch (SeraiException later) {
                    LOG.debug("{} is looked at again", object, later);
                } finally {
                    changing.remove(object);
                }
            }
        }
    }

    private void giveBackForgotten(String object) {
        database.write(transaction -> {
            var row = transaction.get(OwnershipRow.class, object);
            row.filter(this::isForgotten).ifPresent(current -> {
                transaction.update(free(current));
                LOG.warn("{} is given back: the database calls it this node's, which does not hold it", object);
            });
            return row;
        });
    }

    private static OwnershipRow free(OwnershipRow row) {
        return new OwnershipRow(row.object(), Optional.empty(), Optional.empty(), row.epoch(), "");
    }

    /** The last writes of an incarnation that went through a neighbour may still be on their way there. */
    private void requireNoDelegation(Transaction transaction, OwnershipRow earlier) {
        earlier.incarnation()
                .filter(incarnation -> !incarnation.equals(self.incarnation()))
                .flatMap(incarnation -> DelegationRow.inForce(transaction, incarnation))
                .ifPresent(row -> {
                    throw ClusterError.OWNED.error(
                            earlier.object() + " cannot be taken over yet",
                            "node " + self.nodeName().apply(row.neighbour()) + " may still write to storage what node "
                                    + self.nodeName().apply(row.node()) + " had asked it for",
                            "try again in a moment; should that node be dead too, cluster:fence proves it");
                });
    }

    /** What was granted to this incarnation, was not given back, and has a higher epoch now in the local view. */
    public Optional<Grant> overtaken() {
        var rows = database.view(OwnershipRow.class);
        return held.stream()
                .filter(grant -> rows.get(grant.object())
                        .filter(row -> row.epoch() > grant.epoch())
                        .isPresent())
                .findFirst();
    }

    /** What was granted to this incarnation, was not given back, and is another one's in a database that has gone back. */
    public Optional<Owner> grantedToAnother(Transaction transaction) {
        return held.stream()
                .flatMap(grant -> transaction.get(OwnershipRow.class, grant.object()).stream())
                .filter(row -> row.holder().isPresent() && !row.isHeldBy(self.node(), self.incarnation()))
                .map(OwnershipRow::toOwner)
                .findFirst();
    }

    /** This incarnation began only after the processes of the earlier ones were gone. */
    private boolean isOwnEarlier(OwnershipRow row) {
        return row.holder().equals(Optional.of(self.node()))
                && !row.incarnation().equals(Optional.of(self.incarnation()));
    }

    private SeraiException owned(OwnershipRow row) {
        var holder = row.holder().map(self.nodeName()).orElseThrow();
        return ClusterError.OWNED.error(
                row.object() + " is in use",
                "node " + holder + " holds it for " + row.operation(),
                "wait for that to end, end it there, or take it over once that node is proven dead");
    }

    @Override
    public Grant renew(Grant grant, Along along) {
        fence.check();
        // Not among the held while its row has a higher epoch: that it is overtaken is this node's own doing.
        var alone = changing.add(grant.object());
        boolean wasHeld = held.remove(grant);
        boolean done = false;
        try {
            var renewed = database.write(transaction -> {
                self.requirePresent(transaction);
                require(transaction, grant);
                var row = transaction.update(new OwnershipRow(
                        grant.object(),
                        Optional.of(grant.node()),
                        Optional.of(grant.incarnation()),
                        grant.epoch() + 1,
                        grant.operation()));
                var made = new Grant(grant.object(), grant.node(), grant.incarnation(), row.epoch(), grant.operation());
                along.write(transaction, made);
                return made;
            });
            held.add(renewed);
            done = true;
            return renewed;
        } catch (SeraiException failed) {
            doubt(grant.object(), failed);
            throw failed;
        } finally {
            if (!done && wasHeld) {
                held.add(grant);
            }
            if (alone) {
                changing.remove(grant.object());
            }
        }
    }

    @Override
    public void release(Grant grant, Along along) {
        held.remove(grant);
        try {
            database.write(transaction -> {
                var row = transaction.get(OwnershipRow.class, grant.object());
                row.filter(current -> isCurrent(current, grant)).ifPresent(current -> {
                    transaction.update(free(current));
                    along.write(transaction, grant);
                });
                return row;
            });
        } catch (SeraiException failed) {
            doubt(grant.object(), failed);
            throw failed;
        }
    }

    @Override
    public void require(Transaction transaction, Grant grant) {
        var row = transaction.get(OwnershipRow.class, grant.object());
        if (row.filter(current -> isCurrent(current, grant)).isEmpty()) {
            throw ClusterError.STALE_EPOCH.error(
                    grant.object() + " is not held under epoch " + grant.epoch() + " any more",
                    row.map(current -> "its epoch is " + current.epoch()
                                    + current.holder()
                                            .map(node -> ", its holder "
                                                    + self.nodeName().apply(node))
                                            .orElse(", it is free"))
                            .orElse("it was never granted"),
                    "drop what was done under that epoch and begin again");
        }
    }

    private static boolean isCurrent(OwnershipRow row, Grant grant) {
        return row.epoch() == grant.epoch() && row.isHeldBy(grant.node(), grant.incarnation());
    }

    @Override
    public Optional<Owner> owner(String object) {
        return database.view(OwnershipRow.class).get(object).map(OwnershipRow::toOwner);
    }

    @Override
    public Optional<Owner> owner(Transaction transaction, String object) {
        return transaction.get(OwnershipRow.class, object).map(OwnershipRow::toOwner);
    }

    @Override
    public List<Owner> owners() {
        return database.view(OwnershipRow.class).where(row -> row.holder().isPresent()).stream()
                .map(OwnershipRow::toOwner)
                .toList();
    }
}
