package org.serai.cluster.core.backup;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Journal;
import org.serai.cluster.core.event.CounterRow;
import org.serai.cluster.core.event.NodeStatusRow;
import org.serai.cluster.core.member.NodeEndRow;
import org.serai.cluster.core.member.NodeProcessRow;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.core.ownership.JournalRow;
import org.serai.cluster.core.ownership.OwnershipRow;
import org.serai.cluster.spi.RestoreWitness.Epochs;
import org.serai.cluster.spi.RestoreWitness.Testimony;
import org.serai.database.Transaction;

/**
 * Makes of a database as it was one that can be gone on with: nobody owns anything, what is done from now on is newer than
 * all that was ever done, and no incarnation of before may come back.
 */
final class Adjusting {
    /** More grants of one object than there can be between a backup and its restore. */
    static final long EPOCHS_AHEAD = 1L << 32;

    /** More of anything numbered than is made in that time: no number is ever given twice. */
    static final long NUMBERS_AHEAD = 1_000_000;

    private static final String REVISION = "revision";

    private final UUID self;
    private final List<Testimony> testimonies;
    private final Map<UUID, LifeWatch.Sign> signs;

    /**
     * An adjusting.
     *
     * @param self the node that restores
     * @param signs what was seen of each node
     */
    Adjusting(UUID self, List<Testimony> testimonies, Map<UUID, LifeWatch.Sign> signs) {
        this.self = self;
        this.testimonies = testimonies;
        this.signs = signs;
    }

    private record RaisedEpochs(Map<String, Long> backup, Map<String, Long> shown) implements Epochs {
        @Override
        public long backup(String object) {
            return backup.getOrDefault(object, 0L);
        }

        @Override
        public OptionalLong found(String object) {
            return shown.containsKey(object) ? OptionalLong.of(shown.get(object)) : OptionalLong.empty();
        }

        @Override
        public long restored(String object) {
            return Math.max(backup(object), shown.getOrDefault(object, 0L)) + EPOCHS_AHEAD;
        }
    }

    void adjust(Transaction transaction, Consumer<String> changes) {
        for (NodeRow node : transaction.list(NodeRow.class)) {
            end(transaction, node);
        }
        RaisedEpochs epochs = free(transaction, changes);
        endOperations(transaction, changes);
        for (CounterRow counter : transaction.list(CounterRow.class)) {
            if (!counter.name().equals(REVISION)) {
                transaction.update(new CounterRow(counter.name(), counter.value() + NUMBERS_AHEAD));
            }
        }
        testimonies.forEach(testimony -> testimony.adjust(transaction, epochs, changes));
    }

    /** The incarnation that was seen last is over for everybody, also for whoever shares no pool with it. */
    private void end(Transaction transaction, NodeRow node) {
        Optional<LifeWatch.Sign> sign = Optional.ofNullable(signs.get(node.id()));
        UUID incarnation = sign.map(LifeWatch.Sign::incarnation).orElse(node.incarnation());
        transaction.update(node.incarnated(incarnation));
        transaction
                .list(NodeEndRow.class, "node", node.id())
                .forEach(row -> transaction.delete(NodeEndRow.class, row.incarnation()));
        boolean goodbye = sign.filter(LifeWatch.Sign::goodbye).isPresent();
        DeathProof.Kind proof = goodbye
                ? DeathProof.Kind.GOODBYE
                : sign.isPresent() ? DeathProof.Kind.SILENCE : DeathProof.Kind.OPERATOR;
        String why = "it ran before the cluster was restored from a backup";
        transaction.insert(new NodeEndRow(incarnation, node.id(), proof, why, self));
        transaction
                .get(NodeProcessRow.class, node.id())
                .ifPresent(_ -> transaction.delete(NodeProcessRow.class, node.id()));
        transaction
                .get(NodeStatusRow.class, node.id())
                .ifPresent(row -> transaction.update(NodeStatusRow.up(node.id(), incarnation)
                        .with(goodbye ? NodeStatusRow.State.STOPPED : NodeStatusRow.State.FAILED, why)));
    }

    private RaisedEpochs free(Transaction transaction, Consumer<String> changes) {
        Map<String, Long> backup = new HashMap<>();
        Map<String, Long> shown = new HashMap<>();
        testimonies.forEach(
                testimony -> testimony.epochs().forEach((object, epoch) -> shown.merge(object, epoch, Math::max)));
        RaisedEpochs epochs = new RaisedEpochs(backup, shown);
        Set<String> left = new HashSet<>(shown.keySet());
        int held = 0;
        for (OwnershipRow row : transaction.list(OwnershipRow.class)) {
            backup.put(row.object(), row.epoch());
            left.remove(row.object());
            held += row.holder().isPresent() ? 1 : 0;
            transaction.update(freed(row.object(), epochs));
        }
        left.forEach(object -> transaction.insert(freed(object, epochs)));
        changes.accept(held + " of " + backup.size() + " locks were held, and are free; every epoch is raised by "
                + EPOCHS_AHEAD + " above the backup's and the pools'");
        return epochs;
    }

    private static OwnershipRow freed(String object, Epochs epochs) {
        return new OwnershipRow(object, Optional.empty(), Optional.empty(), epochs.restored(object), "");
    }

    /** Nobody goes on with what may have ended in another way since: what it left is told by those whose rows it is in. */
    private static void endOperations(Transaction transaction, Consumer<String> changes) {
        for (JournalRow row : transaction.list(JournalRow.class)) {
            if (row.state() == Journal.State.RUNNING) {
                transaction.update(row.ended(Journal.State.UNDONE));
                changes.accept("operation " + row.kind() + " of " + row.object() + " was under way"
                        + (row.step().isEmpty() ? "" : " at step " + row.step()) + ", and is given up");
            }
        }
    }
}
