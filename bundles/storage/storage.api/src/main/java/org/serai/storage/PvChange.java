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
     */
    record Add(String pool, PoolSpec.PvSpec pv, List<TierName> tiers) implements PvChange {}

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
}
