package org.serai.storage.extent.lu;

import java.util.concurrent.atomic.AtomicLong;
import org.serai.storage.extent.space.ExtentAddress;

/** What an open LU has, in extents; changed when a map changes, which is not on the way of a write to a mapped extent. */
public final class LuCounts {
    private final LuSpace space;
    /** Extents that reads find. */
    final AtomicLong shown;
    /** How many of these are the origin's. */
    final AtomicLong foreign;
    /** Data extents in maps of the LU's layers. */
    final AtomicLong owned;

    /** Begins with what the header says. */
    public LuCounts(LuSpace space, long shown, long foreign, long owned) {
        this.space = space;
        this.shown = new AtomicLong(shown);
        this.foreign = new AtomicLong(foreign);
        this.owned = new AtomicLong(owned);
    }

    /** Notes that an entry of the top was replaced by another one. */
    void replaced(long before, long after) {
        if (ExtentAddress.given(before)) {
            shown.decrementAndGet();
            if (ExtentAddress.inherited(before)) {
                foreign.addAndGet(space.owns(before) ? 0 : -1);
            } else {
                owned.decrementAndGet();
            }
        }
        if (ExtentAddress.given(after)) {
            shown.incrementAndGet();
            if (!ExtentAddress.inherited(after)) {
                owned.incrementAndGet();
            }
        }
    }

    /** As they stand in the header of an open LU; the cursor counts for nothing there. */
    LuHeader.Counts now() {
        return new LuHeader.Counts(shown.get(), foreign.get(), owned.get(), 0, 0, 0);
    }

    LuHeader.Counts exact() {
        return space.counts(shown.get(), foreign.get(), owned.get());
    }
}
