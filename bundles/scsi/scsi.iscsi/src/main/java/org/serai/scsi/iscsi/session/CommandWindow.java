package org.serai.scsi.iscsi.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The order of commands over all connections of a session (RFC 7143, 4.2.2.1), in serial arithmetic. A connection whose
 * next command is not the session's next waits here for the others.
 */
public final class CommandWindow {
    /** How many commands may be on their way, or wait for their data, at once. */
    static final int SIZE = 128;

    private final AtomicInteger expCmdSn;
    private final AtomicInteger waitingForData = new AtomicInteger();
    private volatile int waitingForTurn;

    CommandWindow(int firstCmdSn) {
        expCmdSn = new AtomicInteger(firstCmdSn);
    }

    int expCmdSn() {
        return expCmdSn.get();
    }

    /** Closed once as many commands wait for data as there is room for. */
    int maxCmdSn() {
        return expCmdSn.get() + Math.max(0, SIZE - waitingForData.get()) - 1;
    }

    /** Wider than what {@link #maxCmdSn} says now, for it may have said more when the command was sent. */
    boolean contains(int cmdSn) {
        int distance = cmdSn - expCmdSn.get();
        return distance >= 0 && distance < SIZE;
    }

    /** Takes the turn of a command; false if it is not its turn, or another took it. */
    boolean take(int cmdSn) {
        if (!expCmdSn.compareAndSet(cmdSn, cmdSn + 1)) {
            return false;
        }
        if (waitingForTurn > 0) {
            wake();
        }
        return true;
    }

    void waitsForData(int difference) {
        waitingForData.addAndGet(difference);
    }

    /** Has those who wait look again. */
    public synchronized void wake() {
        notifyAll();
    }

    /** Waits until it is that command's turn or its turn is over; false if that is not so after that time, or it is given up. */
    public synchronized boolean awaitTurn(int cmdSn, long timeoutMs, BooleanSupplier givenUp)
            throws InterruptedException {
        waitingForTurn++;
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
            while (cmdSn - expCmdSn.get() > 0) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (leftMs <= 0 || givenUp.getAsBoolean()) {
                    return false;
                }
                wait(leftMs);
            }
            return true;
        } finally {
            waitingForTurn--;
        }
    }
}
