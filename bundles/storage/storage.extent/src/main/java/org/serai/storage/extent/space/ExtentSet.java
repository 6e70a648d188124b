package org.serai.storage.extent.space;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** A set of extents, a bit for each, in the order of their places. Used by one thread at a time. */
public final class ExtentSet {
    private static final int CHUNK_BITS = 12;
    private static final long WITHIN = (1L << CHUNK_BITS) - 1;

    private final TreeMap<Long, BitSet> chunks = new TreeMap<>();
    private long size;

    /** Adds an extent; false if it is in already. */
    public boolean add(long address) {
        BitSet chunk = chunks.computeIfAbsent(address >>> CHUNK_BITS, _ -> new BitSet());
        int bit = (int) (address & WITHIN);
        if (chunk.get(bit)) {
            return false;
        }
        chunk.set(bit);
        size++;
        return true;
    }

    /** Adds all extents of another set. */
    public void addAll(ExtentSet others) {
        others.forEach(this::add);
    }

    /** Whether an extent is in the set. */
    public boolean contains(long address) {
        BitSet chunk = chunks.get(address >>> CHUNK_BITS);
        return chunk != null && chunk.get((int) (address & WITHIN));
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** How many there are. */
    public long size() {
        return size;
    }

    /** What is done with each extent. */
    public interface Each {
        void accept(long address);
    }

    /** Visits each, by PV and place. */
    public void forEach(Each each) {
        for (Map.Entry<Long, BitSet> chunk : chunks.entrySet()) {
            BitSet bits = chunk.getValue();
            for (int bit = bits.nextSetBit(0); bit >= 0; bit = bits.nextSetBit(bit + 1)) {
                each.accept(chunk.getKey() << CHUNK_BITS | bit);
            }
        }
    }
}
