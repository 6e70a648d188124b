package org.serai.storage.extent.lu;

import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.ExtentSet;

/**
 * Extents on their way from a map to their next use: out of the map in memory, out of the map on the PV, and then, once
 * nobody reads them any more, free.
 */
final class Freed {
    private ExtentSet pending = new ExtentSet();
    private ExtentSet durable = new ExtentSet();
    private volatile boolean anyPending;
    private volatile boolean anyDurable;

    /** An extent has left the map in memory. */
    synchronized void add(long address) {
        if (!ExtentAddress.isOfLostMap(address)) {
            pending.add(ExtentAddress.plain(address));
            anyPending = true;
        }
    }

    boolean isPending() {
        return anyPending;
    }

    /** What has left the map, for the flush that is to make it durable. */
    synchronized ExtentSet takePending() {
        ExtentSet taken = pending;
        pending = new ExtentSet();
        anyPending = false;
        return taken;
    }

    /** These extents are in no map any more on the PVs. */
    synchronized void durable(ExtentSet gone) {
        durable.addAll(gone);
        anyDurable = !durable.isEmpty();
    }

    boolean isDurable() {
        return anyDurable;
    }

    synchronized ExtentSet takeDurable() {
        ExtentSet taken = durable;
        durable = new ExtentSet();
        anyDurable = false;
        return taken;
    }

    /** Adds all that is on its way. */
    synchronized void addTo(ExtentSet set) {
        set.addAll(pending);
        set.addAll(durable);
    }
}
