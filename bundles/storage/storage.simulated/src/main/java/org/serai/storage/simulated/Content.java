package org.serai.storage.simulated;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.serai.storage.Range;

/**
 * What an LU or a snapshot shows: extents by their number, zero where there is none. Behind the size everything is
 * zero, so that growing shows zeroes.
 */
final class Content {
    private static final int LOOKED_AT = 1024;

    final long extentBytes;
    final TreeMap<Long, Extent> extents = new TreeMap<>();
    long sizeBytes;

    Content(long sizeBytes, long extentBytes) {
        this.sizeBytes = sizeBytes;
        this.extentBytes = extentBytes;
    }

    /** The same again; neither is changed by changes of the other. */
    Content copy() {
        Content copy = new Content(sizeBytes, extentBytes);
        copy.extents.putAll(extents);
        extents.values().forEach(extent -> extent.shown++);
        return copy;
    }

    Optional<Extent> at(long extent) {
        return Optional.ofNullable(extents.get(extent));
    }

    long usedBytes() {
        return extents.size() * extentBytes;
    }

    void read(long offset, ByteBuffer into) {
        for (long at = offset; into.hasRemaining(); ) {
            int within = (int) (at % extentBytes);
            int n = (int) Math.min(extentBytes - within, into.remaining());
            Optional<Extent> extent = at(at / extentBytes);
            if (extent.isPresent()) {
                extent.get().read(within, into, n);
            } else {
                into.put(ByteBuffer.allocate(n));
            }
            at += n;
        }
    }

    Range rangeAt(long offset) {
        long first = offset / extentBytes;
        boolean given = extents.containsKey(first);
        long next = first + 1;
        while (next * extentBytes < sizeBytes && next - first < LOOKED_AT && extents.containsKey(next) == given) {
            next++;
        }
        return new Range(offset, Math.min(next * extentBytes, sizeBytes) - offset, given);
    }

    /** How much of it went with PVs that are gone. */
    long bytesOn(Predicate<SimulatedPv> gone) {
        return extents.entrySet().stream()
                .filter(each -> gone.test(each.getValue().pv))
                .mapToLong(each -> Math.min(extentBytes, sizeBytes - each.getKey() * extentBytes))
                .sum();
    }
}
