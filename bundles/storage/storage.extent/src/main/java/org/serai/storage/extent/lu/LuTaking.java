package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.storage.StorageError;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.Ledger;

/** Takes extents for an open LU, and map extents for its top layer. */
final class LuTaking {
    private final LuCore core;
    private final ReentrantLock growing = new ReentrantLock();

    LuTaking(LuCore core) {
        this.core = core;
    }

    /**
     * Takes an extent, and units for it if need be.
     *
     * @param metadata whether the pool's reserve may be used for it
     */
    long take(boolean metadata) {
        LuSpace space = core.space;
        long address = space.take();
        if (address != ExtentAddress.NONE) {
            return address;
        }
        growing.lock();
        try {
            address = space.take();
            if (address == ExtentAddress.NONE) {
                long atMost = core.shape.extentsAtMost(core.root.table().top().sizeBytes());
                space.add(core.growth.take(space.unitsToTake(atMost), metadata));
                address = space.take();
            }
        } finally {
            growing.unlock();
        }
        if (address == ExtentAddress.NONE) {
            throw StorageError.POOL_FULL.error(
                    "LU " + core.root.lu() + " gets no more space",
                    "the PVs that its space may come from have none",
                    "add a PV to its tier, or delete what nobody needs");
        }
        return address;
    }

    /** Takes units for so many extents in one step, as far as the LU has no room for them and the pool has. */
    void takeAhead(long extents) {
        growing.lock();
        try {
            long atMost = core.shape.extentsAtMost(core.root.table().top().sizeBytes());
            int units = core.space.unitsMissing(extents, atMost);
            if (units > 0) {
                core.space.addAhead(core.growth.takeAhead(units));
            }
        } finally {
            growing.unlock();
        }
    }

    /** Takes a unit for the root, and in it the first extent. */
    Ledger.Entry takeForRoot() {
        growing.lock();
        try {
            Ledger.Entry unit = core.growth.take(1, true).getFirst();
            core.space.addForRoot(unit);
            return unit;
        } finally {
            growing.unlock();
        }
    }

    /** Fails if the map of that extent was lost: what else is in it is known to nobody, and must not read as zero. */
    void requireMap(long extent) {
        long address = core.map.top().mapExtent(core.map.mapExtentFor(extent));
        if (address != ExtentAddress.NONE && core.pages.isGone(address)) {
            throw core.pages.pvs().lost(ExtentAddress.position(address));
        }
    }

    /** Sees to it that the top layer has a map extent for an extent of the LU. */
    void needMapExtent(long extent) throws IOException {
        int number = core.map.mapExtentFor(extent);
        if (core.map.hasMapExtent(number)) {
            requireMap(extent);
            return;
        }
        growing.lock();
        try {
            if (core.map.hasMapExtent(number)) {
                return;
            }
            long address = take(true);
            boolean done = false;
            try {
                // With its space kept: the map must not be refused by a full file system.
                core.data.beginPages(address);
                core.map.setMapExtent(number, address);
                done = true;
            } finally {
                if (!done) {
                    core.space.release(address);
                }
            }
        } finally {
            growing.unlock();
        }
    }
}
