package org.serai.storage.core.redundancy;

import java.util.Collections;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;

/** Keeps the sides of a redundant LU on different PVs: a copy on the same ones would be lost with them. */
public final class Apart {
    private Apart() {}

    /** Fails unless a tier is in another disk group than an LU's, on other PVs. */
    public static void require(Tiers tiers, TierName there, LuRow other, String what) {
        TierRow mine = tiers.tier(there);
        TierRow others = tiers.tier(other.tier()).orElseThrow();
        boolean same = mine.diskGroup().equals(others.diskGroup())
                || !Collections.disjoint(tiers.pvs(mine), tiers.pvs(others));
        if (same) {
            throw StorageError.NOT_REDUNDANT.error(
                    "Tier " + there + " cannot have " + what,
                    "LU " + other.name() + ", its other side, is in tier " + tiers.name(others)
                            + ", which has the same disk group or PVs",
                    "choose a tier of another disk group on other PVs");
        }
    }
}
