package org.serai.cluster.core.liveness;

/** The process that kills this node, as its lease sees it. */
public interface Watchdog {
    /**
     * Tells it that all leases were renewed. Its acknowledgement comes later, through {@link Gate#renewed}.
     *
     * @param startNs when that renewal began
     */
    void feed(long startNs);
}
