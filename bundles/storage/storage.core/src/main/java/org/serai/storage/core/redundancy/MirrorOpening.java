package org.serai.storage.core.redundancy;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.serai.ffdc.SeraiException;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Resizes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the sides of a redundant LU together as they were left: closed in order, cut off by a crash at any step, or with
 * one side away. A side that holds everything must be there; that the other one is not is durably known before anything
 * is changed.
 */
final class MirrorOpening {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorOpening.class);

    /** How many regions an LU can have: at its creation it has a quarter of that at most, so that it can grow. */
    static final int REGIONS = 128 * 1024;

    private static final long REGION_BYTES_AT_LEAST = 1024 * 1024;

    private final String name;
    private final PairRecord record;
    private final boolean primaryInUse;
    private final Executor flushing;
    private final Map<SideName, Half> halves = new EnumMap<>(SideName.class);
    private final Map<SideName, RuntimeException> failed = new EnumMap<>(SideName.class);

    /**
     * An opening.
     *
     * @param primaryInUse whether the primary's store is in use already, and stays so whatever fails
     * @param flushing as in {@link MirrorStore}
     */
    MirrorOpening(String name, PairRecord record, boolean primaryInUse, Executor flushing) {
        this.name = name;
        this.record = record;
        this.primaryInUse = primaryInUse;
        this.flushing = flushing;
    }

    /** The size of the LU that holds the intents of one side. */
    static long intentBytes() {
        return (long) IntentSectors.count(REGIONS) * IntentSectors.BYTES;
    }

    /** The size of a region of an LU that is given a copy. */
    static long regionBytes(long sizeBytes) {
        long least = Math.ceilDiv(sizeBytes, REGIONS / 4);
        return Math.max(REGION_BYTES_AT_LEAST, Long.highestOneBit(Math.max(1, 2 * least - 1)));
    }

    /**
     * Opens.
     *
     * @param state how the sides stand, as it is durably known
     * @param primary opens that side; a side that cannot be opened is away
     * @param wanted as in {@link MirrorStore}
     */
    MirrorStore open(State state, long regionBytes, Supplier<Half> primary, Supplier<Half> copy, Runnable wanted) {
        tried(SideName.PRIMARY, () -> halves.put(SideName.PRIMARY, primary.get()));
        tried(SideName.COPY, () -> halves.put(SideName.COPY, copy.get()));
        boolean done = false;
        try {
            MirrorStore mirror = put(state, regionBytes, wanted);
            done = true;
            return mirror;
        } finally {
            if (!done) {
                List.copyOf(halves.keySet()).forEach(this::leave);
            }
        }
    }

    /** Does something with a side; if that fails the side is away. */
    private void tried(SideName side, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("The {} of redundant LU {} cannot be opened: {}", side, name, e.getMessage());
            failed.put(side, e);
            leave(side);
        }
    }

    private void leave(SideName side) {
        Optional.ofNullable(halves.remove(side)).ifPresent(half -> {
            try {
                if (side == SideName.PRIMARY && primaryInUse) {
                    half.intent().abandon();
                } else {
                    half.abandon();
                }
            } catch (RuntimeException e) {
                LOG.info("{} could not be closed in order: {}", half.lu(), e.getMessage());
            }
        });
    }

    private MirrorStore put(State state, long regionBytes, Runnable wanted) {
        BitSet dirty = new BitSet(REGIONS);
        for (SideName side : SideName.values()) {
            // What the side that is behind says is old.
            if (halves.containsKey(side) && state != side.behind()) {
                tried(side, () -> IntentSectors.load(halves.get(side).intent(), REGIONS, dirty));
            }
        }
        requireSide(state);
        alike(state);
        // Behind the LU's end nothing differs: what it grows by is zero on both sides.
        long sizeBytes = halves.values().stream()
                .mapToLong(half -> half.store().sizeBytes())
                .max()
                .orElseThrow();
        dirty.clear((int) Math.min(REGIONS, Math.ceilDiv(sizeBytes, regionBytes)), REGIONS);
        IntentLog log = new IntentLog(regionBytes, REGIONS, dirty);
        log.alone(ahead(state));
        for (SideName side : SideName.values()) {
            if (halves.containsKey(side)) {
                tried(side, () -> log.join(side, halves.get(side).intent()));
            }
        }
        requireSide(state);
        State now = noted(state, dirty.cardinality() * regionBytes);
        log.alone(ahead(now)).ifPresent(failure -> {
            throw failure.cause();
        });
        Sides sides = new Sides(
                name,
                log,
                record,
                Optional.ofNullable(halves.get(SideName.PRIMARY)),
                Optional.ofNullable(halves.get(SideName.COPY)),
                now);
        if (halves.size() == 2) {
            log.allStale();
        }
        return new MirrorStore(name, sides, log, flushing, wanted);
    }

    /** Fails unless a side is there that holds everything. */
    private void requireSide(State state) {
        for (SideName side : SideName.values()) {
            if (halves.containsKey(side) && state != side.behind()) {
                return;
            }
        }
        SideName needed = state == State.PRIMARY_BEHIND ? SideName.COPY : SideName.PRIMARY;
        RuntimeException cause = failed.get(needed);
        throw StorageError.IO_FAILED.error(
                "LU " + name + " cannot be opened",
                (state == State.SYNCHRONOUS
                                ? "neither of its sides can be opened; "
                                : "the only side that holds everything is away; ")
                        + (cause instanceof SeraiException known ? known.what() + ": " + known.reason() : cause),
                "see to its PVs",
                cause);
    }

    private State noted(State state, long behindBytes) {
        if (state != State.SYNCHRONOUS || halves.size() == 2) {
            return state;
        }
        SideName lost = halves.containsKey(SideName.PRIMARY) ? SideName.COPY : SideName.PRIMARY;
        String reason = "it could not be opened: " + Failure.said(failed.get(lost));
        record.note(lost.behind(), reason, behindBytes, false);
        return lost.behind();
    }

    /** The side that alone holds everything. */
    private static Optional<SideName> ahead(State state) {
        return switch (state) {
            case SYNCHRONOUS -> Optional.empty();
            case COPY_BEHIND -> Optional.of(SideName.PRIMARY);
            case PRIMARY_BEHIND -> Optional.of(SideName.COPY);
        };
    }

    /** A change of the size may have been cut off: the side that leads says how long the LU is. */
    private void alike(State state) {
        if (halves.size() < 2) {
            return;
        }
        SideName lead = state == State.PRIMARY_BEHIND ? SideName.COPY : SideName.PRIMARY;
        long sizeBytes = halves.get(lead).store().sizeBytes();
        LuStore other = halves.get(lead.other()).store();
        if (other.sizeBytes() != sizeBytes && other instanceof Resizes able) {
            tried(lead.other(), () -> able.resize(sizeBytes));
        }
    }
}
