package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.storage.extent.data.ExtentData;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.space.ExtentAddress;

/** Changes what an open LU shows. Every call is made inside the gate for changes. */
final class LuWriter {
    /** A writer that never flushes is made to, so that the dirty part of the map stays small. */
    static final int DIRTY_LEAVES_AT_MOST = 256;

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final LuCore core;
    private final LuMap map;
    private final ExtentData data;
    private final long extentBytes;

    LuWriter(LuCore core) {
        this.core = core;
        this.map = core.map;
        this.data = core.data;
        this.extentBytes = core.shape.extentBytes();
    }

    /** Writes the buffer; whether it is time to flush the map. */
    boolean write(long offset, ByteBuffer from) throws IOException {
        boolean full = false;
        boolean current = false;
        for (long at = offset; from.hasRemaining(); ) {
            int n = (int) Math.min(extentBytes - (at & extentBytes - 1), from.remaining());
            long entry = map.find(at / extentBytes);
            if (ExtentAddress.inPlace(entry) && !core.pages.isGone(entry)) {
                data.write(entry, at, from, n);
            } else {
                if (!current) {
                    // A holder that is over must not write where its successor may have put something else. Once a
                    // call, since the header is read from the device, which takes longer than writing an extent.
                    core.root.requireCurrent();
                    current = true;
                }
                full |= writeElsewhere(at, from, n);
            }
            at += n;
        }
        return full;
    }

    /** Gives the extent a place of its own unless it has one; whether it is time to flush the map. */
    private boolean writeElsewhere(long at, ByteBuffer from, int length) throws IOException {
        long extent = at / extentBytes;
        ReentrantLock stripe = core.stripe(extent);
        stripe.lock();
        try {
            int start = from.position();
            while (true) {
                long entry = map.find(extent);
                if (isOwn(entry) && !core.pages.isGone(entry)) {
                    data.write(ExtentAddress.plain(entry), at, from, length);
                    return false;
                }
                requireKnown(entry, isWhole(at, length));
                if (replace(extent, entry, false, address -> begin(address, entry, at, from, length))) {
                    return map.dirtyLeaves() > DIRTY_LEAVES_AT_MOST;
                }
                from.position(start);
            }
        } finally {
            stripe.unlock();
        }
    }

    private boolean isWhole(long at, int length) {
        return at % extentBytes == 0 && (length == extentBytes || at + length == core.sizeBytes());
    }

    /** Fails if a part of an extent is to be changed of which the rest is lost. */
    private void requireKnown(long entry, boolean whole) {
        if (!whole && isLost(entry)) {
            throw core.pages.pvs().lost(ExtentAddress.position(entry));
        }
    }

    private boolean isLost(long entry) {
        return ExtentAddress.given(entry) && core.pages.isGone(entry);
    }

    /**
     * Gives the extent a new place with the buffer's content in it; false if that has to be tried again, since the extent
     * may be written in place or was changed meanwhile.
     */
    boolean writeAnew(long extent, long at, ByteBuffer from) throws IOException {
        int length = from.remaining();
        ReentrantLock stripe = core.stripe(extent);
        stripe.lock();
        try {
            long entry = map.find(extent);
            if (ExtentAddress.inPlace(entry)) {
                return false;
            }
            requireKnown(entry, isWhole(at, length));
            boolean done = replace(extent, entry, false, address -> begin(address, entry, at, from, length));
            if (done && isOwn(entry) && !core.pages.isGone(entry)) {
                core.freed.add(entry);
            }
            return done;
        } finally {
            stripe.unlock();
        }
    }

    private void begin(long address, long entry, long at, ByteBuffer from, int length) throws IOException {
        if (ExtentAddress.given(entry) && !core.pages.isGone(entry)) {
            data.beginAsCopy(address, ExtentAddress.plain(entry), at, from, length);
        } else {
            data.begin(address, at, from, length);
        }
    }

    private static boolean isOwn(long entry) {
        return ExtentAddress.given(entry) && !ExtentAddress.inherited(entry);
    }

    /** Gives a new extent its content. */
    interface Content {
        void begin(long address) throws IOException;
    }

    /** Gives an extent of the LU a new place; false if its entry was changed meanwhile. Under its stripe's lock. */
    boolean replace(long extent, long entry, boolean reserve, Content content) throws IOException {
        core.taking.needMapExtent(extent);
        long address = core.taking.take(reserve);
        boolean done = false;
        try {
            content.begin(address);
            done = map.publish(extent, entry, address);
        } finally {
            if (!done) {
                core.space.release(address);
            }
        }
        if (done) {
            core.counts.replaced(entry, address);
        }
        return done;
    }

    /** Copies an extent that shows through, as it is; nothing if there is none. */
    boolean copyUp(long extent) throws IOException {
        ReentrantLock stripe = core.stripe(extent);
        stripe.lock();
        try {
            while (true) {
                long entry = map.find(extent);
                if (!ExtentAddress.given(entry) || !ExtentAddress.inherited(entry)) {
                    return false;
                }
                if (replace(extent, entry, false, address -> copy(address, entry, extent * extentBytes))) {
                    return true;
                }
            }
        } finally {
            stripe.unlock();
        }
    }

    /** Gives a new extent the content of another one. */
    void copy(long address, long entry, long at) throws IOException {
        data.beginAsCopy(address, ExtentAddress.plain(entry), at, NOTHING.duplicate(), 0);
    }

    /** Gives an extent of the LU zeroed space of its own unless it has space. */
    void fill(long extent) throws IOException {
        ReentrantLock stripe = core.stripe(extent);
        stripe.lock();
        try {
            boolean done = false;
            while (!done) {
                long entry = map.find(extent);
                done = ExtentAddress.given(entry)
                        || replace(extent, entry, false, address -> data.beginAsZero(address, true));
            }
        } finally {
            stripe.unlock();
        }
    }

    /**
     * Zeroes a part of an extent, or takes its place away if the whole of it is meant.
     *
     * @param give whether its space may be given back
     * @param below whether a layer below could show through then
     * @param reserve whether a copy that is needed for it may come from the reserve
     */
    void zero(long at, int length, boolean whole, boolean give, boolean below, boolean reserve) throws IOException {
        long extent = at / extentBytes;
        ReentrantLock stripe = core.stripe(extent);
        stripe.lock();
        try {
            boolean done = false;
            while (!done) {
                long entry = map.find(extent);
                if (!ExtentAddress.given(entry)) {
                    done = true;
                } else if (whole && (give || ExtentAddress.inherited(entry))) {
                    done = unmap(extent, entry, below);
                } else if (isLost(entry)) {
                    requireKnown(entry, whole);
                    done = replace(extent, entry, reserve, address -> data.beginAsZero(address, true));
                } else if (isOwn(entry)) {
                    data.zero(ExtentAddress.plain(entry), at, length);
                    done = true;
                } else {
                    done = replace(extent, entry, reserve, address -> {
                        copy(address, entry, at);
                        data.zero(address, at, length);
                    });
                }
            }
        } finally {
            stripe.unlock();
        }
    }

    /** Gives a marked extent a new place, with what is in it. */
    void move(long extent) throws IOException {
        ReentrantLock stripe = core.stripe(extent);
        stripe.lock();
        try {
            long entry = map.find(extent);
            if (!isOwn(entry) || (entry & ExtentAddress.MOVING) == 0) {
                return;
            }
            long address = core.taking.take(false);
            boolean done = false;
            try {
                copy(address, entry, extent * extentBytes);
                done = map.publish(extent, entry, address);
            } finally {
                if (!done) {
                    core.space.release(address);
                }
            }
            if (done) {
                core.freed.add(entry);
            }
        } finally {
            stripe.unlock();
        }
    }

    /** The extent is not to be moved any more. */
    void unmark(long extent) throws IOException {
        long entry = map.find(extent);
        while ((entry & ExtentAddress.MOVING) != 0 && !map.publish(extent, entry, entry & ~ExtentAddress.MOVING)) {
            entry = map.find(extent);
        }
    }

    /** Takes an extent behind the end out of the map; nothing shows through there. */
    void forget(long extent) throws IOException {
        long entry = map.find(extent);
        if (entry != ExtentAddress.NONE && !isMapLost(extent)) {
            map.publish(extent, entry, ExtentAddress.NONE);
            core.counts.replaced(entry, ExtentAddress.NONE);
            if (isOwn(entry)) {
                core.freed.add(entry);
            }
        }
    }

    private boolean isMapLost(long extent) {
        long address = map.top().mapExtent(map.mapExtentFor(extent));
        return address != ExtentAddress.NONE && core.pages.isGone(address);
    }

    private boolean unmap(long extent, long entry, boolean below) throws IOException {
        if (ExtentAddress.inherited(entry) && below) {
            core.taking.needMapExtent(extent);
        } else {
            core.taking.requireMap(extent);
        }
        if (!map.publish(extent, entry, below ? ExtentAddress.ZERO : ExtentAddress.NONE)) {
            return false;
        }
        core.counts.replaced(entry, ExtentAddress.NONE);
        if (!ExtentAddress.inherited(entry)) {
            core.freed.add(entry);
        }
        return true;
    }
}
