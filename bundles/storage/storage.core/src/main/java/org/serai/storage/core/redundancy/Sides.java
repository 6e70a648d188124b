package org.serai.storage.core.redundancy;

import java.util.Optional;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two sides, and which of them take part. A side that fails is left for good: that the other one alone holds
 * everything is durably known before the first change is acknowledged that only that one has.
 */
final class Sides {
    private static final Logger LOG = LoggerFactory.getLogger(Sides.class);

    private final String name;
    private final IntentLog log;
    private final PairRecord record;
    private volatile Half primary;
    private volatile Half copy;
    private volatile Standing standing;
    private volatile boolean closed;

    /** Sides of which one may be absent; its half is then never used. */
    Sides(String name, IntentLog log, PairRecord record, Optional<Half> primary, Optional<Half> copy, State state) {
        this.name = name;
        this.log = log;
        this.record = record;
        this.primary = primary.orElse(null);
        this.copy = copy.orElse(null);
        this.standing = new Standing(state, primary.isPresent(), copy.isPresent());
    }

    Standing standing() {
        return standing;
    }

    Half half(SideName side) {
        return side == SideName.PRIMARY ? primary : copy;
    }

    /** No side is given up any more for what fails because of the end. */
    void closing() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether an error is the caller's or this node's, not the side's. */
    boolean isNotTheSides(RuntimeException e) {
        return closed
                || e instanceof SeraiException known
                        && (known.code() == ClusterError.FENCED || known.code() == StorageError.OUT_OF_RANGE);
    }

    /**
     * Goes on without a side. Returns once that is durably known; throws what the side threw if the other one cannot go
     * on alone.
     *
     * @param failed the store that failed, of the data or the intents. If the side was left and has come back with other
     *     stores meanwhile it stays: what was under way then is copied, since it was marked before it began
     */
    synchronized void lose(SideName side, LuStore failed, RuntimeException cause, boolean patient) {
        Standing now = standing;
        if (!now.has(side) || half(side).store() != failed && half(side).intent() != failed) {
            return; // another call found it too
        }
        SideName other = side.other();
        if (isNotTheSides(cause) || !now.has(other) || now.state() == other.behind()) {
            throw cause;
        }
        String reason = half(side).lu() + " failed: " + Failure.said(cause);
        if (now.state() != side.behind()) {
            record.note(side.behind(), reason, (long) log.dirtyRegions() * log.regionBytes(), patient);
        }
        log.leave(side, half(side).intent());
        log.noneStale();
        // Before anybody counts on it: without the database, this alone tells which side to go on with.
        Optional<IntentLog.Failure> untold = log.alone(Optional.of(other));
        standing = now.without(side, side.behind());
        giveUp(half(side));
        untold.ifPresent(failure -> {
            throw failure.cause();
        });
    }

    private void giveUp(Half half) {
        try {
            half.abandon();
        } catch (RuntimeException e) {
            LOG.info("{} could not be closed in order: {}", half.lu(), e.getMessage());
        }
    }

    /** A side that was away takes part again; everything that may differ is to be copied to it. */
    synchronized void join(SideName side, Half half) {
        Standing now = standing;
        if (closed || now.has(side) || now.state() != side.behind()) {
            throw StorageError.LU_CLOSED.error(
                    "A side of LU " + name + " cannot join",
                    "it takes part already, or the LU was closed",
                    "try again");
        }
        log.join(side, half.intent());
        if (side == SideName.PRIMARY) {
            primary = half;
        } else {
            copy = half;
        }
        log.allStale();
        standing = now.with(side);
    }

    /** Does something while nothing of the sides is changed or noted. */
    <R> Supplier<R> alone(Supplier<R> work) {
        return () -> {
            synchronized (this) {
                return work.get();
            }
        };
    }

    /** Both sides hold the same, if nothing is to be copied any more; durable at return. */
    synchronized boolean settle() {
        Standing now = standing;
        if (!now.primary() || !now.copy() || log.staleRegions() > 0) {
            return false;
        }
        if (now.state() != State.SYNCHRONOUS) {
            // First: later, the other side may be the one that says so.
            log.alone(Optional.empty()).ifPresent(failure -> {
                throw failure.cause();
            });
            record.note(State.SYNCHRONOUS, "", 0, false);
            standing = now.in(State.SYNCHRONOUS);
        }
        return true;
    }

    /** The copy is behind from now on, though it takes part; durable at return. */
    synchronized void copyIsBehind(String reason, long bytes) {
        Standing now = standing;
        if (now.state() == State.PRIMARY_BEHIND) {
            throw StorageError.NOT_SYNCHRONOUS.error(
                    "LU " + name + " cannot be changed so now",
                    "only its copy holds everything",
                    "wait until it is resynchronised, or promote the copy");
        }
        record.note(State.COPY_BEHIND, reason, bytes, false);
        log.alone(Optional.of(SideName.PRIMARY)).ifPresent(failure -> {
            throw failure.cause();
        });
        standing = now.in(State.COPY_BEHIND);
    }
}
