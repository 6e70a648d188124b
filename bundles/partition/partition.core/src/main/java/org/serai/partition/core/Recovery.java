package org.serai.partition.core;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.serai.cluster.Journal;
import org.serai.ffdc.SeraiException;
import org.serai.partition.LparState;
import org.serai.partition.core.record.LparRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what earlier incarnations of this node left behind, when the node starts and until it is done. What other dead
 * nodes left is settled by whoever takes the partition over.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final String OBJECT = "lpar:";

    private final PartitionContext context;
    private final LifeCycle lifeCycle;

    Recovery(PartitionContext context, LifeCycle lifeCycle) {
        this.context = context;
        this.lifeCycle = lifeCycle;
    }

    /** Begins, and goes on in the background until nothing is left. */
    void begin() {
        context.workers().execute(() -> {
            if (!pass()) {
                later();
            }
        });
    }

    /** One pass over all that is left; returns whether nothing is left. */
    boolean pass() {
        boolean done = true;
        try {
            for (LparRow row : left()) {
                done &= settle(row);
            }
        } catch (SeraiException e) {
            LOG.warn("what earlier incarnations left cannot be looked up yet: {}", e.getMessage());
            return false;
        }
        return done;
    }

    private boolean settle(LparRow row) {
        try {
            lifeCycle.recover(row);
            return true;
        } catch (SeraiException e) {
            LOG.warn("partition {} cannot be settled yet: {}", row.name(), e.getMessage());
            return false;
        }
    }

    private Set<LparRow> left() {
        UUID self = context.self().id();
        UUID now = context.self().incarnation();
        Set<LparRow> rows = new LinkedHashSet<>();
        for (String kind : Kinds.ALL) {
            context.journal().open(kind).stream()
                    .filter(e -> e.node().equals(self) && !e.incarnation().equals(now))
                    .forEach(e -> rows.add(row(e)));
        }
        context.ownership().owners().stream()
                .filter(o -> o.object().startsWith(OBJECT))
                .filter(o ->
                        o.holder().equals(Optional.of(self)) && !o.incarnation().equals(Optional.of(now)))
                .forEach(o -> rows.add(row(o.object())));
        return rows;
    }

    private LparRow row(Journal.Entry entry) {
        return row(entry.object());
    }

    /** The partition, or where its definition is deleted already as much as is needed to clean up after it. */
    private LparRow row(String object) {
        UUID id = UUID.fromString(object.substring(OBJECT.length()));
        return context.records()
                .lpar(id)
                .orElseGet(() -> new LparRow(
                        id, "", 0, LparState.STOPPED, Optional.empty(), 0, "", "", 0, 0, "", "", "", "", ""));
    }

    private void later() {
        try {
            context.scheduler().schedule(this::begin, context.retryMs(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.info("the rest is left to the next start of this node");
        }
    }
}
