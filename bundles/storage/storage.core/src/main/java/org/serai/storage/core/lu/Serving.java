package org.serai.storage.core.lu;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.spi.LuStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an open LU is served from, and how that goes on when its driver is replaced, when it moves, and when its store has
 * failed: then it is opened anew under the next epoch, and what was not flushed is written again before anybody sees it.
 */
final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    private final Fence fence;
    private final Life life;
    private final Patience patience;
    private final Unflushed unflushed;
    private final AtomicReference<Served> served;
    private volatile boolean ending;
    /** Whether something is lost that was written and not flushed, and nobody was told yet. */
    private volatile boolean lost;

    private boolean closed;

    /** How an LU goes on, and ends. */
    interface Life {
        /** Gives the lock back and takes the next one, since no driver opens an LU twice under one epoch. */
        Grant renewed(Grant grant);

        /** Opens it under its lock, where it then is. */
        Served reopened(Served left);

        /** Told once that it is closed, to give the lock back. */
        void closed(Served left);
    }

    Serving(Served first, Fence fence, Life life, Endurance endurance) {
        this.served = new AtomicReference<>(first);
        this.fence = fence;
        this.life = life;
        this.patience = endurance.patience();
        this.unflushed = endurance.unflushed();
    }

    Served now() {
        return served.get();
    }

    Unflushed unflushed() {
        return unflushed;
    }

    boolean isEnding() {
        return ending;
    }

    void changed(LuRow row) {
        served.updateAndGet(current -> current.with(row));
    }

    boolean replace(Served expected, Served next) {
        return served.compareAndSet(expected, next);
    }

    boolean isReplaced(LuStore used) {
        return served.get().store() != used;
    }

    /**
     * After a failed call: returns when it is to be made again, with another store or because storage that is away may be
     * back; fails if that is of no use.
     *
     * @param untilNs 0 after the call's first failure, then what was returned after the one before
     */
    long untilAgain(LuStore used, SeraiException e, long untilNs) {
        if (isReplaced(used)) {
            return untilNs;
        }
        boolean failed = used.isFailed();
        if (ending || !failed && e.code() != StorageError.PV_AWAY) {
            throw e;
        }
        if (failed && revive(used)) {
            return untilNs;
        }
        long next = patience.await(e, untilNs);
        if (!fence.isOpen()) {
            fence.check();
        }
        return next;
    }

    private synchronized boolean revive(LuStore failed) {
        if (closed || isReplaced(failed) || !patience.allowsAttempt()) {
            return isReplaced(failed);
        }
        try {
            failed.abandon();
            reopen();
            patience.end();
            return true;
        } catch (SeraiException e) {
            LOG.debug("LU {} cannot be opened anew yet: {}", now().row().name(), e.getMessage());
            return false;
        }
    }

    private void reopen() {
        Grant next = life.renewed(now().grant());
        Served reopened = life.reopened(served.updateAndGet(current -> current.with(next)));
        boolean done = false;
        try {
            int again = unflushed.doAgain(reopened.store(), () -> served.set(reopened));
            done = true;
            if (!unflushed.isComplete()) {
                lost = true;
                LOG.error(
                        "LU {} is open anew, and what was not flushed before may be lost",
                        now().row().name());
            } else if (again > 0) {
                LOG.warn(
                        "LU {} is open anew; {} changes that were not flushed were made again",
                        now().row().name(),
                        again);
            }
        } finally {
            if (!done) {
                reopened.store().abandon();
            }
        }
    }

    /** Fails once after a loss: whoever wrote must not take it for durable. */
    void tellLoss() {
        if (lost) {
            lost = false;
            throw StorageError.IO_FAILED.error(
                    "Flushing LU " + now().row().name() + " failed",
                    "its storage was away, and more had been written before than was kept to be written again",
                    "see that what uses the LU finds its data whole; it can be used");
        }
    }

    /** As {@link LockedLu#pause}. */
    synchronized void pause() {
        if (!closed && !now().isAbsent()) {
            Served left = served.getAndUpdate(current -> current.with(new AbsentLu(
                    current.row().name(), current.attachment().pool().driver())));
            end(left.store());
            unflushed.forget();
        }
    }

    /** As {@link LockedLu#renew}. */
    synchronized Grant renew(UnaryOperator<Supplier<Grant>> within) {
        return within.apply(() -> {
                    Grant renewed = life.renewed(now().grant());
                    served.updateAndGet(current -> current.with(renewed));
                    return renewed;
                })
                .get();
    }

    /** As {@link LockedLu#goOn}. */
    synchronized void goOn() {
        if (!closed) {
            pause(); // one that was opened just when its driver went
            reopen();
        }
    }

    /**
     * Ends it, unless it has ended.
     *
     * @param last runs when its store is closed in order
     */
    void close(Runnable last) {
        // Long work on it ends first, since the store waits for what is under way.
        ending = true;
        closeOnce(last);
    }

    private synchronized void closeOnce(Runnable last) {
        if (closed) {
            return;
        }
        closed = true;
        try {
            LuStore left;
            do {
                left = now().store();
                end(left);
            } while (isReplaced(left));
            last.run();
        } finally {
            unflushed.forget();
            // Nothing of ours is under way any more, so another node may have the LU at once.
            life.closed(now());
        }
    }

    private void end(LuStore left) {
        if (fence.isOpen()) {
            left.close();
        } else {
            left.abandon();
        }
    }
}
