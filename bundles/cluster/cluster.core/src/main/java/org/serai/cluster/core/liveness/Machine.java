package org.serai.cluster.core.liveness;

import java.io.IOException;

/** The host under a node, as far as life and death of processes go. */
public interface Machine {
    /** The watchdogs of this process. */
    Watchdogs watchdogs(long leaseMs) throws IOException;

    /** The process that this node is. */
    HostProcess process() throws IOException;

    /**
     * Whether a process ran on this host, is gone, and with it its watchdog and all that this guarded; false if that is
     * not known.
     */
    boolean isKnownGone(HostProcess process);
}
