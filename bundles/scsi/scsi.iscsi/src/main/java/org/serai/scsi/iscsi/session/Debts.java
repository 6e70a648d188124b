package org.serai.scsi.iscsi.session;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Counts the aborted commands of a connection whose data the initiator was asked for and still has to send. */
final class Debts {
    private static final long LOOK_MS = 100;

    private final LongSupplier nanoTime;
    private int owed;

    /** When the last debt was made, or something of one came. */
    private long heard;

    Debts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void add() {
        owed++;
        heard = nanoTime.getAsLong();
    }

    /** Something of it has come. */
    synchronized void paid() {
        heard = nanoTime.getAsLong();
    }

    /** All of one command has come, or nobody waits for it any more. */
    synchronized void remove() {
        owed--;
        notifyAll();
    }

    synchronized boolean any() {
        return owed > 0;
    }

    /** Returns when nothing is owed; false if nothing has come for that time. */
    synchronized boolean await(long silenceMs) {
        while (owed > 0) {
            long leftMs = silenceMs - TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - heard);
            if (leftMs <= 0) {
                return false;
            }
            try {
                wait(Math.min(leftMs, LOOK_MS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
