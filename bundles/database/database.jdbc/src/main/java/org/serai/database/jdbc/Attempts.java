package org.serai.database.jdbc;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a transaction again while others are in its way, for a bounded time; turns what a driver throws into the
 * platform's errors; knows whether the last one reached the database.
 */
final class Attempts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final Failures failures;
    private final long patienceNs;
    private final Workings workings;
    private final ReentrantLock writer = new ReentrantLock(true);
    private boolean reachable = true;
    private long reachedNs;
    private volatile boolean closed;

    Attempts(Failures failures, long patienceMs, Workings workings) {
        this.workings = workings;
        reachedNs = workings.nanoTime();
        this.failures = failures;
        patienceNs = TimeUnit.MILLISECONDS.toNanos(patienceMs);
    }

    /** One transaction. */
    interface Attempt<R> {
        R run() throws SQLException;
    }

    synchronized boolean reachable() {
        return reachable;
    }

    /** As the only writer of this process: the database would put them in line too, but not in the order of arrival. */
    <R> R exclusively(String failed, Attempt<R> attempt) {
        if (writer.isHeldByCurrentThread()) {
            throw new IllegalStateException("a write transaction within a write transaction");
        }
        if (!workings.lock(writer, 2 * patienceNs)) {
            throw DatabaseError.UNREACHABLE.error(
                    failed, "the writers before it did not come to an end in time", "try again");
        }
        try {
            return shared(failed, attempt);
        } finally {
            writer.unlock();
        }
    }

    /** Runs until it succeeds, fails for good, or has been in others' way for too long. */
    <R> R shared(String failed, Attempt<R> attempt) {
        long begin = workings.nanoTime();
        for (int count = 1; ; count++) {
            SQLException busy;
            long startNs = workings.nanoTime();
            try {
                refuseClosed(failed);
                R result = attempt.run();
                reached(true, startNs);
                return result;
            } catch (JdbcTransaction.Busy e) {
                busy = e.thrown();
            } catch (SeraiException e) {
                reached(e.code() != DatabaseError.UNREACHABLE, startNs);
                throw e;
            } catch (SQLException e) {
                refuseClosed(failed);
                Dialect.Failure failure = failures.of(e);
                reached(failure != Dialect.Failure.UNREACHABLE, startNs);
                if (failure != Dialect.Failure.BUSY) {
                    throw failures.error(failed, e);
                }
                busy = e;
            }
            if (workings.nanoTime() - begin > patienceNs) {
                throw failures.error(failed, busy);
            }
            pause(count);
        }
    }

    /** For what nobody waits for: the failure is in the status and, once, in the log. */
    void quietly(Attempt<?> attempt) {
        if (closed) {
            return;
        }
        long startNs = workings.nanoTime();
        try {
            attempt.run();
            reached(true, startNs);
        } catch (SQLException e) {
            if (!closed) {
                LOG.debug("The views were not brought forward", e);
                reached(failures.of(e) != Dialect.Failure.UNREACHABLE, startNs);
            }
        } catch (RuntimeException e) {
            LOG.error("The views were not brought forward", e);
        }
    }

    /** An attempt that began before another one succeeded and has failed since tells of a connection from before. */
    private synchronized void reached(boolean now, long startNs) {
        if (!now && startNs - reachedNs < 0) {
            return;
        }
        if (now) {
            reachedNs = workings.nanoTime();
        }
        if (reachable != now && !closed) {
            reachable = now;
            if (now) {
                LOG.info("The database is reachable again");
            } else {
                LOG.warn("The database is not reachable: views are served, nothing can be written");
            }
        }
    }

    private void refuseClosed(String failed) {
        if (closed) {
            throw DatabaseError.UNREACHABLE.error(
                    failed, "this node has closed the database", "try again when the node is a member of a cluster");
        }
    }

    private void pause(int count) {
        long ceilingNs = TimeUnit.MILLISECONDS.toNanos(2L << Math.min(count, 6));
        workings.pause(ceilingNs / 2, ceilingNs);
    }

    @Override
    public void close() {
        closed = true;
    }
}
