package org.serai.storage.core.redundancy;

import java.util.BitSet;
import java.util.Optional;
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
    private Optional<RuntimeException> primaryFailed = Optional.empty();
    private Optional<RuntimeException> copyFailed = Optional.empty();

    /**
     * An opening.
     *
     * @param primaryInUse whether the primary's store is in use already, and stays so whatever fails
     */
    MirrorOpening(String name, PairRecord record, boolean primaryInUse) {
        this.name = name;
        this.record = record;
        this.primaryInUse = primaryInUse;
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
    MirrorStore open(
            State state, long regionBytes, Supplier<Half> primary, Supplier<Half> copy, Supplier<Runnable> wanted) {
        Optional<Half> first = tried(primary, e -> primaryFailed = Optional.of(e));
        Optional<Half> second = tried(copy, e -> copyFailed = Optional.of(e));
        boolean done = false;
        try {
            MirrorStore mirror = put(state, regionBytes, first, second, wanted.get());
            done = true;
            return mirror;
        } finally {
            if (!done) {
                first.ifPresent(half -> {
                    if (primaryInUse) {
                        half.intent().abandon();
                    } else {
                        half.abandon();
                    }
                });
                second.ifPresent(Half::abandon);
            }
        }
    }

    private Optional<Half> tried(Supplier<Half> side, java.util.function.Consumer<RuntimeException> failed) {
        try {
            return Optional.of(side.get());
        } catch (RuntimeException e) {
            LOG.warn("A side of redundant LU {} cannot be opened: {}", name, e.getMessage());
            failed.accept(e);
            return Optional.empty();
        }
    }

    private MirrorStore put(
            State state, long regionBytes, Optional<Half> primary, Optional<Half> copy, Runnable wanted) {
        if (primary.isEmpty() && state != State.PRIMARY_BEHIND) {
            requireOther(state, copy, State.COPY_BEHIND, primaryFailed);
        }
        if (copy.isEmpty() && state != State.COPY_BEHIND) {
            requireOther(state, primary, State.PRIMARY_BEHIND, copyFailed);
        }
        BitSet dirty = new BitSet(REGIONS);
        if (state != State.PRIMARY_BEHIND) {
            primary.ifPresent(half -> IntentSectors.load(half.intent(), REGIONS, dirty));
        }
        if (state != State.COPY_BEHIND) {
            copy.ifPresent(half -> IntentSectors.load(half.intent(), REGIONS, dirty));
        }
        // Behind the LU's end nothing differs: what it grows by is zero on both sides.
        long sizeBytes = Math.max(
                primary.map(half -> half.store().sizeBytes()).orElse(0L),
                copy.map(half -> half.store().sizeBytes()).orElse(0L));
        dirty.clear((int) Math.min(REGIONS, Math.ceilDiv(sizeBytes, regionBytes)), REGIONS);
        State now = noted(state, primary, copy, dirty.cardinality() * regionBytes);
        IntentLog log = new IntentLog(regionBytes, REGIONS, dirty);
        primary.ifPresent(half -> log.join(SideName.PRIMARY, half.intent()));
        copy.ifPresent(half -> log.join(SideName.COPY, half.intent()));
        Sides sides = new Sides(name, log, record, primary, copy, now);
        if (primary.isPresent() && copy.isPresent()) {
            alike(sides);
            log.allStale();
        }
        MirrorStore mirror = new MirrorStore(name, sides, log, wanted);
        if (log.staleRegions() > 0 || now != State.SYNCHRONOUS) {
            wanted.run();
        }
        return mirror;
    }

    private void requireOther(
            State state, Optional<Half> other, State otherBehind, Optional<RuntimeException> failure) {
        if (other.isEmpty() || state == otherBehind) {
            RuntimeException cause = failure.orElseThrow();
            throw StorageError.IO_FAILED.error(
                    "LU " + name + " cannot be opened",
                    (other.isEmpty()
                                    ? "none of its sides can be opened; "
                                    : "the only side that holds everything is away; ")
                            + (cause instanceof SeraiException known ? known.what() + ": " + known.reason() : cause),
                    "see to its PVs",
                    cause);
        }
    }

    private State noted(State state, Optional<Half> primary, Optional<Half> copy, long behindBytes) {
        if (state != State.SYNCHRONOUS || primary.isPresent() && copy.isPresent()) {
            return state;
        }
        State now = primary.isEmpty() ? State.PRIMARY_BEHIND : State.COPY_BEHIND;
        RuntimeException cause = primary.isEmpty() ? primaryFailed.orElseThrow() : copyFailed.orElseThrow();
        record.note(now, "it could not be opened: " + cause.getMessage(), behindBytes, false);
        return now;
    }

    /** A change of the size may have been cut off: the side that leads says how long the LU is. */
    private static void alike(Sides sides) {
        SideName lead = sides.standing().lead();
        long sizeBytes = sides.half(lead).store().sizeBytes();
        LuStore other = sides.half(lead.other()).store();
        if (other.sizeBytes() != sizeBytes && other instanceof Resizes able) {
            able.resize(sizeBytes);
        }
    }
}
