package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.pv.Pages;
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

    /** Counts what the top shows. */
    void recount(LuMap map, LuPages pages) throws IOException {
        long all = 0;
        long origins = 0;
        for (int leaf = 0; leaf < map.leaves(); leaf++) {
            for (int i = 0; i < Pages.LONGS && map.hasAny(leaf); i++) {
                long entry = map.find((long) leaf * Pages.LONGS + i);
                boolean given = ExtentAddress.given(entry) && !ExtentAddress.isOfLostMap(entry);
                all += given ? 1 : 0;
                origins += given && !space.owns(entry) && !pages.isGone(entry) ? 1 : 0;
            }
        }
        shown.set(all);
        foreign.set(origins);
    }

    /** As they stand in the header of an open LU; the cursor counts for nothing there. */
    LuHeader.Counts now() {
        return new LuHeader.Counts(shown.get(), foreign.get(), owned.get(), 0, 0, 0);
    }

    LuHeader.Counts exact() {
        return space.counts(shown.get(), foreign.get(), owned.get());
    }
}
