package org.serai.scsi.target.lu;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.serai.scsi.target.lu.CopyOutcome.State;
import org.serai.scsi.target.sense.CheckCondition;

/** A copy under way, and then what became of it. */
public final class CopyOperation {
    private static final long LOOK_MS = 20;

    private volatile boolean aborted;
    private CopyOutcome outcome;

    /**
     * Begins.
     *
     * @param serviceAction of the command
     * @param immediate whether the command has its status before the end
     */
    CopyOperation(int serviceAction, boolean immediate) {
        outcome = new CopyOutcome(
                serviceAction, immediate ? State.IN_BACKGROUND : State.IN_FOREGROUND, 0, 0, Optional.empty());
    }

    /** How far it is. */
    public synchronized CopyOutcome outcome() {
        return outcome;
    }

    /** One more segment is done. */
    public synchronized void segmentDone(int blocks) {
        outcome = new CopyOutcome(
                outcome.serviceAction(),
                outcome.state(),
                outcome.segments() + 1,
                outcome.blocks() + blocks,
                Optional.empty());
    }

    /** It ends; empty if all was done. */
    public synchronized void end(Optional<CheckCondition> failure) {
        State state = failure.isEmpty() ? State.DONE : aborted ? State.ABORTED : State.FAILED;
        outcome = new CopyOutcome(outcome.serviceAction(), state, outcome.segments(), outcome.blocks(), failure);
        notifyAll();
    }

    /** Has it end as soon as it can. */
    public void abort() {
        aborted = true;
    }

    /** Whether it is to end as soon as it can. */
    public boolean isAborted() {
        return aborted;
    }

    /** Returns when it has ended, or somebody gives up waiting. */
    public synchronized void awaitEnd(BooleanSupplier givenUp) {
        while (outcome.state().isUnderWay() && !givenUp.getAsBoolean()) {
            try {
                wait(LOOK_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
