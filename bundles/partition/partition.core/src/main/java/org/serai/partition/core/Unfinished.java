package org.serai.partition.core;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.LparRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must still be done for a partition but cannot be done now, because the database or the storage is away. It is
 * kept in memory only: should the node die, whoever takes over finds the same in the journal.
 */
final class Unfinished {
    private static final Logger LOG = LoggerFactory.getLogger(Unfinished.class);

    private final PartitionContext context;
    private final Map<UUID, Deque<Deque<Task>>> pending = new ConcurrentHashMap<>();

    Unfinished(PartitionContext context) {
        this.context = context;
    }

    /**
     * A thing to be done, which may be done again.
     *
     * @param what it in the words of the log
     */
    record Task(String what, Runnable work) {}

    /** Does the tasks in order, now as far as possible and the rest later. Returns whether all are done. */
    boolean run(UUID lpar, Collection<Task> tasks) {
        Deque<Task> left = new ArrayDeque<>(tasks);
        if (attempt(lpar, left)) {
            return true;
        }
        pending.computeIfAbsent(lpar, id -> new java.util.concurrent.ConcurrentLinkedDeque<>())
                .add(left);
        schedule(lpar, left);
        return false;
    }

    /** Refuses an operation on a partition of which something is unfinished. */
    void check(LparRow row) {
        Deque<Deque<Task>> left = pending.get(row.id());
        if (left != null) {
            Deque<Task> first = left.peek();
            Task task = first == null ? null : first.peek();
            throw PartitionError.WRONG_STATE.error(
                    "Partition " + row.name() + " is not ready for another operation",
                    "an earlier one is being finished" + (task == null ? "" : ": " + task.what()),
                    "try again when the database and the pool can be reached");
        }
    }

    private void schedule(UUID lpar, Deque<Task> left) {
        Runnable again = () -> {
            if (attempt(lpar, left)) {
                pending.computeIfPresent(lpar, (id, all) -> {
                    all.remove(left);
                    return all.isEmpty() ? null : all;
                });
            } else {
                schedule(lpar, left);
            }
        };
        try {
            context.scheduler()
                    .schedule(() -> context.workers().execute(again), context.retryMs(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.info("partition {}: the rest is left to the next start of this node", lpar);
        }
    }

    private static boolean attempt(UUID lpar, Deque<Task> left) {
        while (!left.isEmpty()) {
            Task task = left.peek();
            try {
                task.work().run();
            } catch (SeraiException e) {
                if (e.code() != ClusterError.STALE_EPOCH) {
                    LOG.warn("partition {}: {} must be done later: {}", lpar, task.what(), e.getMessage());
                    return false;
                }
                LOG.info("partition {}: {} is no longer this node's to do", lpar, task.what());
            } catch (RuntimeException e) {
                LOG.warn("partition {}: {} must be done later", lpar, task.what(), e);
                return false;
            }
            left.remove();
        }
        return true;
    }
}
