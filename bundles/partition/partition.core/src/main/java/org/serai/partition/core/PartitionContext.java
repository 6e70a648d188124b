package org.serai.partition.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.serai.cluster.Clients;
import org.serai.cluster.Fence;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.partition.core.record.Records;
import org.serai.scsi.Exports;
import org.serai.storage.Paging;
import org.serai.storage.Storage;

/**
 * What the operations on partitions work with.
 *
 * @param paging where paging LUs are, if they are there now
 * @param directory under which each partition that runs here has a directory of its own
 * @param nanoTime a monotonic clock
 * @param random for CHAP secrets: cryptographically strong in production
 * @param workers runs what may block, on a thread for each task
 * @param scheduler for what is tried again later
 * @param retryMs how soon it is tried again
 */
public record PartitionContext(
        Membership membership,
        Database database,
        Ownership ownership,
        Journal journal,
        Liveness liveness,
        Fence fence,
        Clients clients,
        Storage storage,
        Supplier<Optional<Paging>> paging,
        Exports exports,
        Hypervisors hypervisors,
        Path directory,
        LongSupplier nanoTime,
        RandomGenerator random,
        Executor workers,
        ScheduledExecutorService scheduler,
        long retryMs) {
    /** This node. */
    Node self() {
        return membership.self();
    }

    /** The partitions' rows. */
    Records records() {
        return new Records(database, ownership);
    }

    /** A node's name for messages. */
    String nodeName(UUID node) {
        return membership.node(node).map(Node::name).orElseGet(node::toString);
    }

    /** Milliseconds since a reading of the clock. */
    long msSince(long startedNanos) {
        return Duration.ofNanos(nanoTime.getAsLong() - startedNanos).toMillis();
    }
}
