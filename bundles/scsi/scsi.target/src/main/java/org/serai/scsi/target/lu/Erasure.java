package org.serai.scsi.target.lu;

import java.util.Optional;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/**
 * Whether all of an LU is being erased, and how that ended (SBC-3, 4.11). It is known as long as the LU is exported here: who
 * got no status GOOD begins again.
 */
public final class Erasure {
    /** What all nexuses see. */
    private enum State {
        /** Nothing was erased, or it ended well. */
        NONE,
        /** It is under way. */
        RUNNING,
        /** It failed; another sanitize operation, or EXIT FAILURE MODE, ends this. */
        FAILED,
        /** It failed; nothing but another sanitize operation ends this. */
        FAILED_RESTRICTED
    }

    private volatile State state = State.NONE;
    private volatile double done;

    /** Work that tells how much of it is done, from 0 to 1. */
    @FunctionalInterface
    public interface Work {
        /** Runs it. */
        void run(java.util.function.DoubleConsumer progress);
    }

    /**
     * Erases, unless somebody else does.
     *
     * @param unrestricted whether EXIT FAILURE MODE may end it if it fails
     */
    public void run(boolean unrestricted, Work work) throws CheckCondition {
        begin();
        State end = unrestricted ? State.FAILED : State.FAILED_RESTRICTED;
        try {
            work.run(part -> done = part);
            end = State.NONE;
        } finally {
            state = end;
        }
    }

    private synchronized void begin() throws CheckCondition {
        if (state == State.RUNNING) {
            throw inProgress();
        }
        done = 0;
        state = State.RUNNING;
    }

    /** EXIT FAILURE MODE (SBC-3, 5.27.5); whether it was allowed. */
    public synchronized boolean leaveFailure() {
        if (state == State.FAILED) {
            state = State.NONE;
        }
        return state == State.NONE;
    }

    /** Whether every command may be executed. */
    public boolean isOver() {
        return state == State.NONE;
    }

    /** What is in the way of a command; another sanitize operation is let in after a failure. */
    public Optional<CheckCondition> hindrance(boolean sanitizes) {
        return switch (state) {
            case NONE -> Optional.empty();
            case RUNNING -> Optional.of(inProgress());
            case FAILED, FAILED_RESTRICTED ->
                sanitizes ? Optional.empty() : Optional.of(CheckCondition.of(SenseCode.SANITIZE_COMMAND_FAILED));
        };
    }

    private CheckCondition inProgress() {
        return CheckCondition.progress(SenseCode.SANITIZE_IN_PROGRESS, done);
    }
}
