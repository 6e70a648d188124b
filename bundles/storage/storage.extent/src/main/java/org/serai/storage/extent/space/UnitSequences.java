package org.serai.storage.extent.space;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The sequences of the units that LUs take. None is given twice, although a PV may be away whose ledger names units of the
 * LU: unless all of them are known those on such PVs are leapt over, once in a holder's time. Only the holder of an LU
 * takes units for it.
 */
final class UnitSequences {
    /** More units than PVs that are away can hold of an LU. */
    private static final int LEAP = 1 << 24;

    private final Set<UUID> sure = new HashSet<>();

    /** An LU has a new holder, at this node. */
    void opened(UUID lu, boolean allKnown) {
        if (allKnown) {
            sure.add(lu);
        } else {
            sure.remove(lu);
        }
    }

    /**
     * The sequence of the next unit that an LU takes; negative if there is none until all of its units are known.
     *
     * @param units those that are known, in their order
     * @param allKnown whether there can be no others
     */
    int next(UUID lu, List<Ledger.Entry> units, boolean allKnown) {
        if (units.isEmpty()) {
            return 0;
        }
        int next = Math.max(1, units.getLast().sequence() + 1);
        if (allKnown || !sure.add(lu)) {
            return next;
        }
        return next > Integer.MAX_VALUE - 2 * LEAP ? -1 : next + LEAP;
    }
}
