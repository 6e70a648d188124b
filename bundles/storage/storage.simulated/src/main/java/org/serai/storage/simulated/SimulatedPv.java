package org.serai.storage.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.spi.PoolMap.Part;
import org.serai.storage.spi.PvUsage;

/** A PV: a row of places, each free or given to an LU. Used with the medium's monitor held. */
final class SimulatedPv {
    final UUID pv;
    final String path;
    private final long extentBytes;
    private final List<Optional<Extent>> places = new ArrayList<>();
    private long sizeBytes;
    private int used;

    /** Nothing new is put here. */
    boolean drained;

    /** It cannot be reached just now. */
    boolean away;

    /** It was given up: what was on it cannot be read, and is nobody's space. */
    boolean lost;

    SimulatedPv(UUID pv, String path, long sizeBytes, long extentBytes) {
        this.pv = pv;
        this.path = path;
        this.extentBytes = extentBytes;
        grow(sizeBytes);
    }

    void grow(long toBytes) {
        sizeBytes = toBytes;
        while (places.size() < sizeBytes / extentBytes) {
            places.add(Optional.empty());
        }
    }

    long sizeBytes() {
        return sizeBytes;
    }

    int freePlaces() {
        return places.size() - used;
    }

    int used() {
        return used;
    }

    long usableBytes() {
        return places.size() * extentBytes;
    }

    long usedBytes() {
        return used * extentBytes;
    }

    /** Puts the extent at the first free place. */
    void put(Extent extent) {
        int place = places.indexOf(Optional.<Extent>empty());
        places.set(place, Optional.of(extent));
        extent.pv = this;
        extent.place = place;
        used++;
    }

    void free(Extent extent) {
        places.set(extent.place, Optional.empty());
        used--;
    }

    List<Extent> given() {
        return places.stream().flatMap(Optional::stream).toList();
    }

    boolean holds(Extent extent) {
        return extent.place < places.size()
                && places.get(extent.place).filter(found -> found == extent).isPresent();
    }

    PvUsage usage() {
        return new PvUsage(pv, sizeBytes, usableBytes(), usedBytes(), !away);
    }

    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (Extent extent : given()) {
            long offset = extent.place * extentBytes;
            Part last = parts.isEmpty() ? new Part(0, 0, pv) : parts.getLast();
            if (last.lu().equals(extent.owner) && last.offset() + last.length() == offset) {
                parts.set(parts.size() - 1, new Part(last.offset(), last.length() + extentBytes, extent.owner));
            } else {
                parts.add(new Part(offset, extentBytes, extent.owner));
            }
        }
        return parts;
    }
}
