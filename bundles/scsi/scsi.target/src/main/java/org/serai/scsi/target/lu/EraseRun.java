package org.serai.scsi.target.lu;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.target.lu.Erasure.Operation;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operation that erases an LU, step by step; each step that only has to wait for something is tried again. */
abstract class EraseRun implements Operation, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EraseRun.class);

    /** How much goes at once: a pause waits for one step. */
    private static final long STEP_BYTES = 64L << 20;

    private static final long RETRY_MS = 200;
    private static final long LOOK_MS = 20;

    private final String name;
    private final Erasing operation;
    private final OpenLu lu;
    private final Semaphore turns;
    private final Runnable drain;

    private volatile double done;
    private volatile boolean halted;
    private volatile boolean aborted;
    private boolean isKept;
    private boolean ended;
    private boolean failed;
    private boolean succeeded;

    EraseRun(String name, Erasing operation, OpenLu lu, Semaphore turns, Runnable drain) {
        this.name = name;
        this.operation = operation;
        this.lu = lu;
        this.turns = turns;
        this.drain = drain;
    }

    /** Writes what rules from now on where it is found by whoever serves the LU next. */
    abstract void keep(Erasing next);

    /** What rules from now on. */
    abstract void becomes(Erasing next);

    /** Ends the run where it is: by whom it goes on is not its matter. */
    private static final class Halted extends Exception {
        private static final long serialVersionUID = 1;

        Halted() {
            super("halted", null, false, false);
        }
    }

    /** The operation ends by an abort. */
    private static final class Aborted extends Exception {
        private static final long serialVersionUID = 1;

        Aborted() {
            super("aborted", null, false, false);
        }
    }

    /** How much is done, from 0 to 1. */
    double done() {
        return done;
    }

    @Override
    public void run() {
        try {
            keepInTheEnd(operation);
            is(() -> isKept = true);
            end(erased() ? Erasing.NOTHING : operation.failed());
        } catch (Halted e) {
            LOG.info("LU {} is erased to the end by whoever serves it next", name);
        } finally {
            is(() -> ended = true);
        }
    }

    private void end(Erasing how) throws Halted {
        keepInTheEnd(how);
        becomes(how);
        is(() -> {
            succeeded = how == Erasing.NOTHING;
            failed = !succeeded;
        });
    }

    /** What was tried may have been written though it failed, so there is no way back. */
    private void keepInTheEnd(Erasing how) throws Halted {
        until(() -> keep(how), failure -> true);
    }

    private boolean erased() throws Halted {
        try {
            awaitTurn();
            try {
                drain.run();
                erase();
            } finally {
                turns.release();
            }
            return true;
        } catch (Aborted e) {
            LOG.warn("LU {} is not formatted: the command was aborted", name);
        } catch (SeraiException e) {
            LOG.warn("LU {} could not be erased: {}", name, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("LU {} could not be erased", name, e);
        }
        return false;
    }

    private void awaitTurn() throws Halted, Aborted {
        try {
            while (!turns.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS)) {
                goOn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Halted();
        }
    }

    private void goOn() throws Halted, Aborted {
        if (halted) {
            throw new Halted();
        }
        if (aborted) {
            throw new Aborted();
        }
    }

    private void erase() throws Halted, Aborted {
        long bytes = lu.sizeBytes();
        for (long offset = 0; offset < bytes; offset += STEP_BYTES) {
            goOn();
            long from = offset;
            long length = Math.min(STEP_BYTES, bytes - from);
            until(() -> lu.writeZeroes(from, length, true), this::passes);
            done = (double) (from + length) / bytes;
        }
        goOn();
        until(lu::flush, this::passes);
    }

    /** Does something as soon as it can be done; fails as it does where trying again does not help. */
    private void until(Runnable step, Predicate<SeraiException> passes) throws Halted {
        while (!halted) {
            try {
                step.run();
                return;
            } catch (SeraiException e) {
                if (e.code() == StorageError.STALE) {
                    throw new Halted();
                }
                if (!passes.test(e)) {
                    throw e;
                }
                LOG.debug("the erasure of LU {} waits: {}", name, e.getMessage());
                rest();
            }
        }
        throw new Halted();
    }

    /** An abort is not put off until storage answers again. */
    private boolean passes(SeraiException e) {
        return Failures.pass(e) && !aborted;
    }

    private synchronized void rest() throws Halted {
        try {
            if (!halted) {
                wait(RETRY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Halted();
        }
    }

    private synchronized void is(Runnable change) {
        change.run();
        notifyAll();
    }

    /** Ends it here, undone, and returns when it is. */
    void halt() {
        is(() -> halted = true);
        awaitEnded();
    }

    /** Ends it as a failure, and returns when that is so. */
    void abort() {
        is(() -> aborted = true);
        awaitEnded();
    }

    private synchronized void awaitEnded() {
        boolean interrupted = false;
        while (!ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                // the LU must not be closed or used under it, so the wait goes on and the interrupt is kept
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void awaitKept(BooleanSupplier given) throws CheckCondition {
        await(() -> isKept || ended, given);
        if (!isKept) {
            throw goesOn();
        }
    }

    @Override
    public void awaitEnd(BooleanSupplier given) throws CheckCondition {
        await(() -> ended, given);
        if (!ended) {
            if (operation == Erasing.FORMATTING) {
                abort();
            }
            throw CheckCondition.of(SenseCode.COMMAND_ABORTED);
        }
        if (failed) {
            boolean formats = operation == Erasing.FORMATTING;
            throw CheckCondition.of(formats ? SenseCode.FORMAT_COMMAND_FAILED : SenseCode.SANITIZE_COMMAND_FAILED);
        }
        if (!succeeded) {
            throw goesOn();
        }
    }

    private synchronized void await(BooleanSupplier what, BooleanSupplier given) {
        while (!what.getAsBoolean() && !given.getAsBoolean()) {
            try {
                wait(LOOK_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private SeraiException goesOn() {
        return StorageError.LU_CLOSED.error(
                "LU " + name + " cannot be erased here", "another node has it, or is about to take it", "try again");
    }
}
