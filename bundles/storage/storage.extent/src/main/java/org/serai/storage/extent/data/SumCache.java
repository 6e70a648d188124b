package org.serai.storage.extent.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps the sums of a bounded number of extents, by address; those of unsettled ones until they are settled. */
final class SumCache {
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Sums> unsettled = ConcurrentHashMap.newKeySet();
    private volatile AtomicReferenceArray<Sums> table = new AtomicReferenceArray<>(16);
    private int count;
    private int hand;

    SumCache(int most) {
        this.most = most;
    }

    /** The sums of an extent; null if they are not here. */
    Sums find(long address) {
        AtomicReferenceArray<Sums> now = table;
        for (Sums sums = now.get(bucket(now, address)); sums != null; sums = sums.next) {
            if (sums.address == address) {
                if (!sums.used) {
                    sums.used = true;
                }
                return sums;
            }
        }
        return null;
    }

    /** Adds sums unless there are some of that extent; the ones that count. */
    Sums add(Sums fresh) {
        lock.lock();
        try {
            Sums known = find(fresh.address);
            if (known != null) {
                return known;
            }
            if (count >= most) {
                evict();
            }
            if (count >= table.length()) {
                grow();
            }
            push(table, fresh);
            count++;
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    /** Notes that an extent is to be settled. */
    void unsettled(Sums sums) {
        unsettled.add(sums);
    }

    void settled(Sums sums) {
        unsettled.remove(sums);
    }

    int unsettledCount() {
        return unsettled.size();
    }

    List<Sums> unsettled() {
        return new ArrayList<>(unsettled);
    }

    /** Takes sums out of use; the caller holds their gate alone. */
    void remove(Sums sums) {
        lock.lock();
        try {
            sums.state = Sums.State.GONE;
            unsettled.remove(sums);
            unlink(sums);
        } finally {
            lock.unlock();
        }
    }

    private void evict() {
        for (int tries = 0; tries < 2 * table.length() && count >= most; tries++) {
            hand = hand + 1 & table.length() - 1;
            for (Sums sums = table.get(hand); sums != null; sums = sums.next) {
                boolean keep = sums.used || sums.state == Sums.State.UNSETTLED;
                sums.used = false;
                long stamp = keep ? 0 : sums.gate.tryWriteLock();
                if (stamp != 0) {
                    if (sums.state != Sums.State.UNSETTLED) {
                        sums.state = Sums.State.GONE;
                        unsettled.remove(sums);
                        unlink(sums);
                    }
                    sums.gate.unlockWrite(stamp);
                }
            }
        }
    }

    private void unlink(Sums gone) {
        int bucket = bucket(table, gone.address);
        Sums before = null;
        for (Sums sums = table.get(bucket); sums != null; sums = sums.next) {
            if (sums == gone) {
                if (before == null) {
                    table.set(bucket, sums.next);
                } else {
                    before.next = sums.next;
                }
                count--;
                return;
            }
            before = sums;
        }
    }

    private void grow() {
        AtomicReferenceArray<Sums> old = table;
        AtomicReferenceArray<Sums> larger = new AtomicReferenceArray<>(2 * old.length());
        for (int i = 0; i < old.length(); i++) {
            for (Sums sums = old.get(i), after; sums != null; sums = after) {
                after = sums.next;
                push(larger, sums);
            }
        }
        // Who looks meanwhile may miss something; add() looks again under the lock.
        table = larger;
    }

    private static void push(AtomicReferenceArray<Sums> to, Sums sums) {
        int bucket = bucket(to, sums.address);
        sums.next = to.get(bucket);
        to.set(bucket, sums);
    }

    private static int bucket(AtomicReferenceArray<Sums> in, long address) {
        long mixed = address * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & in.length() - 1;
    }
}
