package org.serai.cluster;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The gate before everything that this node serves. It is open while the lease was renewed, counted from the start of
 * the last successful renewal on this node's monotonic clock, less than lease time minus margin ago, and a watchdog
 * stands ready to kill the node at lease time.
 */
@ProviderType
public interface Fence {
    /** Whether this node may serve now: one clock read and one comparison, for the I/O path. */
    boolean isOpen();

    /** {@link ClusterError#FENCED} unless open. */
    void check();

    /**
     * What to put before the command line of a process that must die with the node. The process is known to the
     * watchdog before its first instruction.
     */
    List<String> guarded();

    /** Registers a listener until the returned handle is closed. */
    Registration onChange(Listener listener);

    /** Is told when the gate closes, and must have stopped what runs within the margin, and when it opens again. */
    @ConsumerType
    @FunctionalInterface
    interface Listener {
        /** The gate has just closed or opened. */
        void fence(boolean open);
    }

    /** Ends a registration. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
