package org.serai.storage;

import java.util.List;
import java.util.OptionalLong;

/** A change of a pool's PVs. A PV is named by path or id. */
public sealed interface PvChange {
    /** The pool's name. */
    String pool();

    /**
     * Takes one more PV into a pool.
     *
     * @param tiers the tiers, and by them the disk groups, that get it; empty for the pool's default
     * @param wipe whether it is erased first if the pool gave it up as lost before
     */
    record Add(String pool, PoolSpec.PvSpec pv, List<TierName> tiers, boolean wipe) implements PvChange {
        /** One that nobody gave up. */
        public Add(String pool, PoolSpec.PvSpec pv, List<TierName> tiers) {
            this(pool, pv, tiers, false);
        }
    }

    /**
     * Uses what a PV has grown by.
     *
     * @param toBytes for a file the size it is given; empty to use what is there
     */
    record Grow(String pool, String pv, OptionalLong toBytes) implements PvChange {}

    /** Puts nothing new on a PV and moves off it what is there, while in use. */
    record Drain(String pool, String pv) implements PvChange {}

    /** Uses a PV again that was being drained. */
    record Use(String pool, String pv) implements PvChange {}

    /** Drains a PV and lets go of it. */
    record Remove(String pool, String pv) implements PvChange {}

    /**
     * Gives up a PV that is gone for good. What LUs have on it is lost.
     *
     * @param dropData whether it is given up although LUs have something on it
     */
    record Lose(String pool, String pv, boolean dropData) implements PvChange {}
}
