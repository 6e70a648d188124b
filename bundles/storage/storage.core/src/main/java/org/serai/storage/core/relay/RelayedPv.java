package org.serai.storage.core.relay;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.cluster.Delegations.Delegation;
import org.serai.storage.spi.PvAccess;

/** A delegation that this node serves, until it has ended: what is under way by then is finished first. */
final class RelayedPv {
    private final Delegation delegation;
    private final PvAccess pv;
    private final NeighbourIo.Counts io;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final SortedSet<Long> begun = new TreeSet<>();
    private long unanswered;
    private int underWay;
    private boolean ended;

    RelayedPv(Delegation delegation, PvAccess pv, NeighbourIo.Counts io) {
        this.delegation = delegation;
        this.pv = pv;
        this.io = io;
    }

    /** Where it is counted what is done. */
    NeighbourIo.Counts io() {
        return io;
    }

    Delegation delegation() {
        return delegation;
    }

    PvAccess pv() {
        return pv;
    }

    /** Begins a call, unless it has ended, or this one was begun before. */
    boolean enter(Request.Turn turn) {
        lock.lock();
        try {
            if (ended || turn.number() < unanswered || !begun.add(turn.number())) {
                return false;
            }
            unanswered = Math.max(unanswered, turn.unanswered());
            begun.headSet(unanswered).clear();
            underWay++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            underWay--;
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets no call in any more, and waits so long for those under way. Whether none is. */
    boolean end(long withinMs) {
        lock.lock();
        try {
            ended = true;
            long left = TimeUnit.MILLISECONDS.toNanos(withinMs);
            while (underWay > 0 && left > 0) {
                left = returned.awaitNanos(left);
            }
            return underWay == 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
