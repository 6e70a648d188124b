package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.serai.storage.spi.LuStore;

/**
 * Which regions of an LU and its copy may differ. A region is marked durably, on every side that is there, before the
 * first change of it, and its mark goes only after both sides have flushed everything that was written to it. So after a
 * crash, or when a side returns, the marked regions are all that has to be copied. A side that alone holds everything
 * says so here, too: that is what is left to tell if the database is lost.
 */
final class IntentLog {
    /** So many marks stay although they could go, so that a region in use is not marked again and again. */
    private static final int KEPT = 64;

    /** A side whose marks could not be written. */
    record Failure(SideName side, LuStore store, RuntimeException cause) {}

    private final long regionBytes;
    private final int regions;
    private final BitSet dirty;
    /** Regions of which the side that is behind does not hold what the other one holds. */
    private final BitSet stale = new BitSet();
    /** Those of them that no copying has begun with. */
    private final BitSet uncopied = new BitSet();

    private final int[] underWay;
    private final long[] changedAt;
    private final Map<SideName, LuStore> stores = new EnumMap<>(SideName.class);
    private Optional<SideName> alone = Optional.empty();
    private final ByteBuffer sector = ByteBuffer.allocateDirect(IntentSectors.BYTES);
    private long flushes = 1;

    /**
     * A log that begins with what is known to differ.
     *
     * @param regions how many there can be
     */
    IntentLog(long regionBytes, int regions, BitSet dirty) {
        this.regionBytes = regionBytes;
        this.regions = regions;
        this.dirty = (BitSet) dirty.clone();
        this.underWay = new int[regions];
        this.changedAt = new long[regions];
    }

    /** The greatest LU that it can be of. */
    long capacityBytes() {
        return regionBytes * regions;
    }

    long regionBytes() {
        return regionBytes;
    }

    /** Marks go to this side too from now on; it has all of them at return. */
    synchronized void join(SideName side, LuStore store) {
        for (int i = 0; i < IntentSectors.count(regions); i++) {
            write(side, store, i);
        }
        store.flush();
        stores.put(side, store);
    }

    /** Which side alone holds everything, if the other one is behind. Those that are there know it at return. */
    synchronized Optional<Failure> alone(Optional<SideName> now) {
        Optional<SideName> before = alone;
        alone = now;
        for (Map.Entry<SideName, LuStore> each : stores.entrySet()) {
            Optional<SideName> side = Optional.of(each.getKey());
            if (before.equals(side) != now.equals(side)) {
                try {
                    write(each.getKey(), each.getValue(), 0);
                    each.getValue().flush();
                } catch (RuntimeException e) {
                    alone = before;
                    return Optional.of(new Failure(each.getKey(), each.getValue(), e));
                }
            }
        }
        return Optional.empty();
    }

    synchronized void leave(SideName side, LuStore store) {
        stores.remove(side, store);
    }

    /**
     * A change of a part begins: its regions are marked at return. If a side's marks could not be written nothing has
     * begun: that side is to be left, and the change begun again.
     */
    synchronized Optional<Failure> begin(long offset, long length) {
        int first = region(offset);
        int last = region(offset + Math.max(1, length) - 1);
        Optional<Failure> failure = dirty.nextClearBit(first) > last ? Optional.empty() : mark(first, last);
        if (failure.isEmpty()) {
            for (int r = first; r <= last; r++) {
                underWay[r]++;
            }
        }
        return failure;
    }

    /** A change has ended, well or not. */
    synchronized void end(long offset, long length) {
        int last = region(offset + Math.max(1, length) - 1);
        for (int r = region(offset); r <= last; r++) {
            underWay[r]--;
            changedAt[r] = flushes;
        }
    }

    /** Marks everything, as at the beginning of a copy; to be repeated as {@link #begin}. */
    synchronized Optional<Failure> markAll(long sizeBytes) {
        return mark(0, region(sizeBytes - 1));
    }

    private Optional<Failure> mark(int first, int last) {
        BitSet before = (BitSet) dirty.clone();
        dirty.set(first, last + 1);
        for (Map.Entry<SideName, LuStore> each : stores.entrySet()) {
            try {
                for (int i = first / IntentSectors.REGIONS; i <= last / IntentSectors.REGIONS; i++) {
                    write(each.getKey(), each.getValue(), i);
                }
                each.getValue().flush();
            } catch (RuntimeException e) {
                // Not marked everywhere is not marked: nobody else may count on it.
                dirty.clear();
                dirty.or(before);
                return Optional.of(new Failure(each.getKey(), each.getValue(), e));
            }
        }
        return Optional.empty();
    }

    private void write(SideName side, LuStore store, int index) {
        IntentSectors.encode(dirty, index, alone.filter(side::equals).isPresent(), sector);
        store.write((long) index * IntentSectors.BYTES, sector.clear());
    }

    /** A flush begins; what it is to be told at its end. */
    synchronized long flushBegins() {
        return ++flushes;
    }

    /**
     * Both sides have flushed everything that had ended before that flush began: marks that nobody needs go.
     *
     * @param all whether none is kept for later
     */
    synchronized Optional<Failure> flushed(long flush, boolean all) {
        if (!all && dirty.cardinality() - stale.cardinality() <= KEPT) {
            return Optional.empty();
        }
        BitSet changed = new BitSet();
        for (int r = dirty.nextSetBit(0); r >= 0; r = dirty.nextSetBit(r + 1)) {
            boolean settled = underWay[r] == 0 && changedAt[r] < flush;
            if (settled && !stale.get(r)) {
                dirty.clear(r);
                changed.set(r / IntentSectors.REGIONS);
            }
        }
        for (Map.Entry<SideName, LuStore> each : stores.entrySet()) {
            try {
                changed.stream().forEach(index -> write(each.getKey(), each.getValue(), index));
            } catch (RuntimeException e) {
                return Optional.of(new Failure(each.getKey(), each.getValue(), e));
            }
        }
        return Optional.empty();
    }

    /** From now on everything that is marked is to be copied. */
    synchronized void allStale() {
        stale.or(dirty);
        uncopied.or(dirty);
    }

    /** Nothing is to be copied any more, since the side that was behind is gone, or the one that was ahead. */
    synchronized void noneStale() {
        stale.clear();
        uncopied.clear();
    }

    /** A part is to be copied, since a change of it was done on one side only. */
    synchronized void stale(long offset, long length) {
        int end = region(offset + Math.max(1, length) - 1) + 1;
        stale.set(region(offset), end);
        uncopied.set(region(offset), end);
    }

    synchronized boolean isStale(long offset, long length) {
        int found = stale.nextSetBit(region(offset));
        return found >= 0 && found <= region(offset + Math.max(1, length) - 1);
    }

    /** The next region to be copied, or -1. It is the caller's until {@link #copied}. */
    synchronized int nextStale(int from) {
        int region = uncopied.nextSetBit(from);
        if (region >= 0) {
            uncopied.clear(region);
        }
        return region;
    }

    /** Both sides hold the same of a region, unless something went wrong there meanwhile. */
    synchronized void copied(int region) {
        changedAt[region] = flushes;
        if (!uncopied.get(region)) {
            stale.clear(region);
        }
    }

    /** The copying of a region was given up. */
    synchronized void uncopied(int region) {
        uncopied.set(region);
    }

    synchronized int staleRegions() {
        return stale.cardinality();
    }

    synchronized int dirtyRegions() {
        return dirty.cardinality();
    }

    private int region(long offset) {
        return (int) (offset / regionBytes);
    }
}
