package org.serai.storage.extent.space;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * What an LU needs of the pool's space.
 *
 * @param lu the LU
 * @param units how many units; fewer may be given
 * @param epoch the epoch under which the LU is held
 * @param where the PVs that they may come from
 * @param reserve whether the reserve may be used, which is kept for metadata so that a full pool can be worked with
 * @param ahead whether nothing depends on it: no more than the LU's share of what is free is given, and that may be nothing
 */
public record Demand(UUID lu, int units, long epoch, Placement where, boolean reserve, boolean ahead) {
    /** What an LU needs now. */
    public Demand(UUID lu, int units, long epoch, Placement where, boolean reserve) {
        this(lu, units, epoch, where, reserve, false);
    }

    /** What must be durable in units before they are owned. */
    public interface Preparation {
        void prepare(List<Ledger.Entry> units) throws IOException;
    }
}
