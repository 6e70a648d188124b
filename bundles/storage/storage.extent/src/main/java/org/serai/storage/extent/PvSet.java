package org.serai.storage.extent;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;

/** The PVs of an open pool by their positions, which have gaps where PVs were removed. */
final class PvSet {
    private final String pool;
    private volatile Pv[] byPosition = {};

    PvSet(String pool, List<Pv> pvs) {
        this.pool = pool;
        pvs.forEach(this::add);
    }

    /** The PV at that position, which an address or a ledger names. */
    Pv at(int position) {
        Pv[] known = byPosition;
        Pv pv = position < known.length ? known[position] : null;
        if (pv == null) {
            throw unknown(position);
        }
        return pv;
    }

    /** Whether an address may name that position. */
    boolean has(int position) {
        Pv[] known = byPosition;
        return position >= 0 && position < known.length && known[position] != null;
    }

    /** The PVs in the order of their positions. */
    List<Pv> all() {
        return Arrays.stream(byPosition).filter(Objects::nonNull).toList();
    }

    /** The first PV, which holds the lease area and is never removed. */
    Pv first() {
        return all().getFirst();
    }

    Optional<Pv> find(UUID pv) {
        return all().stream().filter(known -> known.id().equals(pv)).findFirst();
    }

    /** Extents in the smallest allocation unit of the pool. */
    int smallestUnitExtents() {
        return all().stream()
                .map(pv -> pv.geometry().unitExtents())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    synchronized void add(Pv pv) {
        Pv[] grown = Arrays.copyOf(byPosition, Math.max(byPosition.length, pv.position() + 1));
        grown[pv.position()] = pv;
        byPosition = grown;
    }

    private SeraiException unknown(int position) {
        return StorageError.PV_AWAY.error(
                "PV number " + position + " of pool " + pool + " cannot be reached",
                "this node does not know it",
                "look at pv:list, and run pool:check");
    }
}
