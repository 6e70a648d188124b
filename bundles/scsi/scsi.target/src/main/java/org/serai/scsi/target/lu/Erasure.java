package org.serai.scsi.target.lu;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;

/**
 * Erases all of an LU, on a thread of its own, for SANITIZE and FORMAT UNIT. That it has begun is kept before the first
 * block goes, and that it has ended before anybody may use the LU again: so whoever serves the LU next, after a move or the
 * death of this node, erases it to the end (SBC-4, sanitize operations), and nothing is ever erased that was written later.
 */
public final class Erasure {
    private final String name;
    private final OpenLu lu;
    private final KeptState kept;
    private final Semaphore turns;
    private final Runnable drain;

    private volatile Erasing state = Erasing.NOTHING;

    /** The one under way, or the last one. */
    private Optional<Run> run = Optional.empty();

    /** Whether another node is about to have the LU, or none. */
    private boolean paused = true;

    /**
     * Erases nothing, until {@link #resume}.
     *
     * @param turns who may erase at the same time on this node
     * @param drain returns when no command is executing any more that was let in before
     */
    Erasure(String name, OpenLu lu, KeptState kept, Semaphore turns, Runnable drain) {
        this.name = name;
        this.lu = lu;
        this.kept = kept;
        this.turns = turns;
        this.drain = drain;
    }

    /** The LU is served from here: what was not brought to its end is. */
    synchronized void resume(Erasing found) {
        paused = false;
        state = found;
        if (found.isUnderWay()) {
            start(found, Optional.empty());
        }
    }

    /** The LU goes elsewhere: nothing is erased here any more when this returns. */
    void pause() {
        Optional<Run> last;
        synchronized (this) {
            paused = true;
            last = run;
        }
        last.ifPresent(Run::halt);
    }

    /**
     * A sanitize operation (SBC-4).
     *
     * @param unrestricted whether EXIT FAILURE MODE may end it if it fails
     */
    public synchronized Operation sanitize(boolean unrestricted) throws CheckCondition {
        requireIdle();
        if (unrestricted && state == Erasing.SANITIZE_FAILED) {
            // AUSE (SBC-4, SANITIZE): what was to be erased without a way out is not let out by asking again
            throw CheckCondition.invalidField(1, 5);
        }
        return start(unrestricted ? Erasing.SANITIZING_UNRESTRICTED : Erasing.SANITIZING, Optional.empty());
    }

    /** A format operation, which ends when the command of that nexus is aborted. */
    public synchronized Operation format(Optional<UnitNexus> by) throws CheckCondition {
        requireIdle();
        return start(Erasing.FORMATTING, by);
    }

    private void requireIdle() throws CheckCondition {
        if (paused) {
            throw StorageError.LU_CLOSED.error(
                    "LU " + name + " cannot be erased now", "another node is about to take it", "try again");
        }
        if (state.isUnderWay()) {
            throw inProgress();
        }
    }

    private Run start(Erasing operation, Optional<UnitNexus> by) {
        Run begun = new Run(operation, by);
        run = Optional.of(begun);
        state = operation;
        Thread.ofPlatform().daemon().name("scsi-erase-" + name).start(begun);
        return begun;
    }

    /** EXIT FAILURE MODE (SBC-4, SANITIZE); whether it was allowed. */
    public synchronized boolean leaveFailure() {
        if (state == Erasing.SANITIZE_FAILED_UNRESTRICTED) {
            kept.change(before -> before.erasing(Erasing.NOTHING));
            state = Erasing.NOTHING;
        }
        return state == Erasing.NOTHING;
    }

    /** Whether every command may be executed. */
    public boolean isOver() {
        return state == Erasing.NOTHING;
    }

    /**
     * What is in the way of a command, if anything is.
     *
     * @param sanitizes whether it is SANITIZE, which is let in after a failure
     * @param formats whether it is FORMAT UNIT, which is let in after its own failure
     */
    public Optional<CheckCondition> hindrance(boolean sanitizes, boolean formats) {
        Erasing now = state;
        boolean repairs = sanitizes || formats && now == Erasing.FORMAT_FAILED;
        if (now.isUnderWay()) {
            return Optional.of(inProgress());
        }
        return repairs ? Optional.empty() : now.hindrance().map(CheckCondition::of);
    }

    private synchronized CheckCondition inProgress() {
        SenseCode code = state.hindrance().orElse(SenseCode.SANITIZE_IN_PROGRESS);
        return CheckCondition.progress(code, run.map(Run::done).orElse(0.0));
    }

    /** A nexus has its commands aborted: a format operation that it waits for ends, without being done. */
    void abort(UnitNexus whose) {
        Optional<Run> its;
        synchronized (this) {
            its = run.filter(each -> each.isFormatOf(whose));
        }
        its.ifPresent(Run::abort);
    }

    /** What a command has begun. */
    public interface Operation {
        /** Returns when nothing undoes it any more, a crash included, or the command is aborted. */
        void awaitKept(BooleanSupplier aborted) throws CheckCondition;

        /** Returns when it has ended well; a format operation ends with its command. */
        void awaitEnd(BooleanSupplier aborted) throws CheckCondition;
    }

    /** One operation, on its thread. */
    private final class Run extends EraseRun {
        private final Optional<UnitNexus> by;

        Run(Erasing operation, Optional<UnitNexus> by) {
            super(name, operation, lu, turns, drain);
            this.by = by;
        }

        boolean isFormatOf(UnitNexus nexus) {
            return by.filter(nexus::equals).isPresent();
        }

        @Override
        void keep(Erasing next) {
            kept.change(before -> before.erasing(next));
        }

        @Override
        void becomes(Erasing next) {
            state = next;
        }
    }
}
