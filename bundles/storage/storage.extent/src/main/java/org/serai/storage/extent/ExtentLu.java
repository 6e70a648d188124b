package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;

/** An open LU. Reads, and writes to extents that are mapped, share nothing but the gate that a close waits at. */
final class ExtentLu implements LuStore {
    private static final int STRIPES = 64;
    /** A writer that never flushes is made to, so that the dirty part of the map stays small. */
    private static final int DIRTY_LEAVES_AT_MOST = 256;

    private final LuPages pages;
    private final LuSpace space;
    private final LuMap map;
    private final LuFlush flush;
    private final Growth growth;
    private final long extentBytes;
    private final ExtentData data;
    private final AtomicLong used;
    private final StampedLock gate = new StampedLock();
    private final ReentrantLock[] firstWrites = new ReentrantLock[STRIPES];
    private final ReentrantLock growing = new ReentrantLock();
    private volatile SeraiException refused;

    /** Takes more units for this LU. */
    interface Growth {
        List<Ledger.Entry> take(int units, int sequence);

        /** How full the pool was when it was last looked at. */
        int fillPermille();
    }

    ExtentLu(LuPages pages, LuSpace space, LuMap map, LuFlush flush, ExtentData data, AtomicLong used, Growth growth) {
        this.pages = pages;
        this.space = space;
        this.map = map;
        this.growth = growth;
        this.extentBytes = pages.shape().extentBytes();
        this.used = used;
        this.data = data;
        this.flush = flush;
        for (int i = 0; i < STRIPES; i++) {
            firstWrites[i] = new ReentrantLock();
        }
    }

    @Override
    public long sizeBytes() {
        return pages.shape().sizeBytes();
    }

    @Override
    public long usedBytes() {
        return used.get() * extentBytes;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        long stamp = enter();
        try {
            for (long at = offset; into.hasRemaining(); ) {
                long within = at & extentBytes - 1;
                int n = (int) Math.min(extentBytes - within, into.remaining());
                long address = map.find(at / extentBytes);
                if (address == ExtentAddress.NONE) {
                    readZeros(into, n);
                } else {
                    data.read(address, at, into, n);
                }
                at += n;
            }
        } catch (IOException e) {
            throw Pv.failed("Reading LU " + pages.lu() + " failed", e);
        } finally {
            gate.unlockRead(stamp);
        }
    }

    private static void readZeros(ByteBuffer into, int length) {
        ByteBuffer zeros = Pages.zeros();
        for (int done = 0; done < length; ) {
            int n = Math.min(zeros.capacity(), length - done);
            into.put(into.position(), zeros, 0, n);
            into.position(into.position() + n);
            done += n;
        }
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        boolean full = false;
        boolean current = false;
        long stamp = enter();
        try {
            for (long at = offset; from.hasRemaining(); ) {
                long extent = at / extentBytes;
                long within = at & extentBytes - 1;
                int n = (int) Math.min(extentBytes - within, from.remaining());
                long address = map.find(extent);
                if (address == ExtentAddress.NONE) {
                    if (!current) {
                        // A holder that is over must not write where its successor may have put something else. Once a
                        // call, since the header is read from the device, which takes longer than writing an extent.
                        flush.requireCurrent();
                        current = true;
                    }
                    full |= firstWrite(at, from, n);
                } else {
                    data.write(address, at, from, n);
                }
                at += n;
            }
        } catch (IOException e) {
            throw Pv.failed("Writing LU " + pages.lu() + " failed", e);
        } catch (SeraiException e) {
            throw e.code() == StorageError.STALE ? refuse(e) : e;
        } finally {
            gate.unlockRead(stamp);
        }
        if (full) {
            flush();
        }
        return growth.fillPermille();
    }

    /** Gives the extent its place, and its first content; whether it is time to flush the map. */
    private boolean firstWrite(long offset, ByteBuffer from, int length) throws IOException {
        long extent = offset / extentBytes;
        ReentrantLock stripe = firstWrites[(int) (extent % STRIPES)];
        stripe.lock();
        try {
            long address = map.find(extent);
            if (address != ExtentAddress.NONE) {
                data.write(address, offset, from, length);
                return false;
            }
            needMapExtent(map.mapExtentFor(extent));
            address = takeExtent();
            boolean done = false;
            try {
                data.begin(address, offset, from, length);
                map.publish(extent, address);
                done = true;
            } finally {
                if (!done) {
                    space.giveBack(address);
                }
            }
            used.incrementAndGet();
            return map.dirtyLeaves() > DIRTY_LEAVES_AT_MOST;
        } finally {
            stripe.unlock();
        }
    }

    private void needMapExtent(int number) throws IOException {
        if (map.hasMapExtent(number)) {
            return;
        }
        growing.lock();
        try {
            if (map.hasMapExtent(number)) {
                return;
            }
            long address = takeExtent();
            boolean done = false;
            try {
                // With its space kept: the map must not be refused by a full file system.
                data.beginAsZero(address, true);
                map.addMapExtent(number, address);
                done = true;
            } finally {
                if (!done) {
                    space.giveBack(address);
                }
            }
        } finally {
            growing.unlock();
        }
    }

    private long takeExtent() {
        long address = space.take();
        if (address == ExtentAddress.NONE) {
            growing.lock();
            try {
                address = space.take();
                if (address == ExtentAddress.NONE) {
                    int units = space.unitsToTake(pages.shape().extentsAtMost());
                    space.add(growth.take(units, space.nextSequence()));
                    address = space.take();
                }
            } finally {
                growing.unlock();
            }
        }
        return address;
    }

    /** Maps every extent, zeroed and with its space kept. Before anybody else knows the LU. */
    void fill() throws IOException {
        for (long extent = 0; extent < pages.shape().extents(); extent++) {
            needMapExtent(map.mapExtentFor(extent));
            long address = takeExtent();
            data.beginAsZero(address, true);
            map.publish(extent, address);
            used.incrementAndGet();
            if (map.dirtyLeaves() > DIRTY_LEAVES_AT_MOST) {
                flush();
            }
        }
    }

    @Override
    public void flush() {
        long stamp = enter();
        try {
            flush.run();
        } catch (IOException e) {
            throw refuse(Pv.failed("Flushing LU " + pages.lu() + " failed", e));
        } catch (SeraiException e) {
            throw refuse(e);
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /** After a failed flush nobody knows what is durable; after a stale epoch another node has the LU. */
    private SeraiException refuse(SeraiException why) {
        if (refused == null) {
            refused = why;
        }
        return why;
    }

    private long enter() {
        long stamp = gate.tryReadLock();
        if (stamp == 0) {
            stamp = gate.readLock();
        }
        SeraiException why = refused;
        if (why != null) {
            gate.unlockRead(stamp);
            throw why.code().error(why.what(), why.reason(), why.action(), why);
        }
        return stamp;
    }

    @Override
    public void close() {
        long stamp = gate.writeLock();
        try {
            if (refused != null) {
                return;
            }
            refused = closed();
            flush.close();
        } catch (IOException e) {
            throw Pv.failed("Closing LU " + pages.lu() + " failed: what was not flushed before may be lost", e);
        } finally {
            gate.unlockWrite(stamp);
        }
    }

    @Override
    public void abandon() {
        long stamp = gate.writeLock();
        try {
            if (refused == null) {
                refused = closed();
            }
        } finally {
            gate.unlockWrite(stamp);
        }
    }

    private SeraiException closed() {
        return StorageError.LU_CLOSED.error(
                "LU " + pages.lu() + " is closed", "it was closed while it was used", "open it again");
    }
}
