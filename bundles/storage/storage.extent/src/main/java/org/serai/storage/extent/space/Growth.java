package org.serai.storage.extent.space;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What an open LU asks of the pool's space. */
public interface Growth {
    /**
     * Takes units for this LU, at least one.
     *
     * @param reserve whether they are for metadata, which the reserve is kept for
     */
    List<Ledger.Entry> take(int units, boolean reserve);

    /** Takes units for this LU that it is expected to need, no more than its share of what is free; none if that is none. */
    List<Ledger.Entry> takeAhead(int units);

    /** Gives back units in which nothing is used. */
    void release(List<Ledger.Entry> units);

    /** Makes a unit the one with the root; the result is the unit as it is from then on. */
    Ledger.Entry moveRoot(Ledger.Entry to);

    /** From where space comes from now on; empty for all of the pool. */
    void place(Set<UUID> pvs);

    /** From where space comes. */
    Set<UUID> placed();

    /** Whether new content may be put on that PV. */
    boolean allows(int position);

    /** Something that clones and open snapshots of this node read has another place: returns when they read it there. */
    void moved() throws IOException;

    /** How full the PVs were that space may come from when they were last looked at. */
    int fillPermille();
}
