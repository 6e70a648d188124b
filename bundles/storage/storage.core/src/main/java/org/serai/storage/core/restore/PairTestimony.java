package org.serai.storage.core.restore;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.serai.cluster.spi.RestoreWitness.Epochs;
import org.serai.database.Transaction;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.redundancy.Promotion;
import org.serai.storage.core.redundancy.SidesTold;

/**
 * What the pools tell of redundant LUs: which side is behind, and which were taken apart after the backup. A stale side
 * that leads would be copied over the other one.
 */
final class PairTestimony {
    private final List<LookedAt> pools;
    private final List<LuRow> lus;
    private final Predicate<LuRow> gone;

    /** @param gone whether an LU is surely in no pool any more */
    PairTestimony(List<LookedAt> pools, List<LuRow> lus, Predicate<LuRow> gone) {
        this.pools = pools;
        this.lus = lus;
        this.gone = gone;
    }

    void adjust(Transaction transaction, RedundancyRow row, Epochs epochs, Consumer<String> changes) {
        if (Stream.concat(Stream.of(row.lu()), row.made().stream()).anyMatch(this::isGone)) {
            takeApart(transaction, row, changes);
            return;
        }
        State state = told(row).state().orElseGet(() -> byOpenings(row, epochs));
        if (state != row.state()) {
            transaction.update(
                    row.in(state, "it was so after the backup from which the cluster was restored", row.behindBytes()));
            changes.accept("redundant LU " + name(row.lu()) + " is "
                    + state.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                    + (state == State.SYNCHRONOUS
                            ? ": its sides became alike after the backup"
                            : ": its other side went on alone after the backup"));
        }
    }

    private SidesTold told(RedundancyRow row) {
        return new SidesTold(otherIsBehind(row.intent()), otherIsBehind(row.copyIntent()));
    }

    private Optional<Boolean> otherIsBehind(UUID intent) {
        return pools.stream()
                .flatMap(pool -> pool.otherIsBehind(intent).stream())
                .findFirst();
    }

    /** The side that was opened more often since the backup went on alone, for all that else is known. */
    private static State byOpenings(RedundancyRow row, Epochs epochs) {
        long primary = opened(epochs, row.lu());
        long copy = opened(epochs, row.copy());
        if (copy > primary) {
            return State.PRIMARY_BEHIND;
        }
        return primary > copy && row.state() == State.PRIMARY_BEHIND ? State.COPY_BEHIND : row.state();
    }

    private static long opened(Epochs epochs, UUID lu) {
        String object = LuRow.object(lu);
        return Math.max(0, epochs.found(object).orElse(0) - epochs.backup(object));
    }

    /** With one side gone the other one is an LU of its own, in the place of the redundant one. */
    private void takeApart(Transaction transaction, RedundancyRow row, Consumer<String> changes) {
        transaction.delete(RedundancyRow.class, row.lu());
        String absent = Stream.concat(Stream.of(row.lu()), row.made().stream())
                .filter(this::isGone)
                .map(this::name)
                .collect(Collectors.joining(", "));
        Stream.of(row.intent(), row.copyIntent())
                .filter(this::isGone)
                .forEach(intent -> transaction.delete(LuRow.class, intent));
        boolean replaced = isGone(row.lu()) && !isGone(row.copy());
        if (replaced) {
            Promotion.replace(transaction, row.lu(), row.copy());
        }
        changes.accept("LU " + name(row.lu()) + " is not redundant any more, for " + absent
                + " went after the backup"
                + (replaced ? "; its copy " + name(row.copy()) + " takes its place" : ""));
    }

    private boolean isGone(UUID lu) {
        return lus.stream().filter(row -> row.id().equals(lu)).anyMatch(gone);
    }

    private String name(UUID lu) {
        return lus.stream()
                .filter(row -> row.id().equals(lu))
                .map(LuRow::name)
                .findFirst()
                .orElse(lu.toString());
    }
}
