package org.serai.database.jdbc;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a transaction again while others are in its way, for a bounded time; turns what a driver throws into the
 * platform's errors; knows whether the last one reached the database. Once the schema is newer than this node, nothing is
 * tried any more: what newer nodes keep there, this one would not heed.
 */
final class Attempts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final Failures failures;
    private final long patienceNs;
    private final Workings workings;
    private final ReentrantLock writer = new ReentrantLock(true);
    private Optional<String> trouble = Optional.empty();
    private long reachedNs;
    private volatile boolean closed;
    private volatile Optional<SeraiException> newerSchema = Optional.empty();

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

    /** Why the database cannot be used now; empty if it can. */
    synchronized Optional<String> trouble() {
        return trouble;
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
                refuse(failed);
                R result = attempt.run();
                reached(Optional.empty(), startNs);
                return result;
            } catch (JdbcTransaction.Busy e) {
                busy = e.thrown();
            } catch (SeraiException e) {
                failed(e, startNs);
                throw e;
            } catch (SQLException e) {
                refuse(failed);
                Dialect.Failure failure = failures.of(e);
                reached(trouble(failure, e), startNs);
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

    private Optional<String> trouble(Dialect.Failure failure, SQLException thrown) {
        return Optional.of(thrown)
                .filter(_ -> failure == Dialect.Failure.UNREACHABLE)
                .map(Failures::sentence);
    }

    private void failed(SeraiException e, long startNs) {
        if (e.code() == DatabaseError.NEWER_SCHEMA) {
            newerSchema = Optional.of(e);
        }
        boolean useless = e.code() == DatabaseError.UNREACHABLE || e.code() == DatabaseError.NEWER_SCHEMA;
        reached(Optional.of(e.reason()).filter(_ -> useless), startNs);
    }

    /** For what nobody waits for: the failure is in the status and, once, in the log. */
    void quietly(Attempt<?> attempt) {
        if (closed || newerSchema.isPresent()) {
            return;
        }
        long startNs = workings.nanoTime();
        try {
            attempt.run();
            reached(Optional.empty(), startNs);
        } catch (SQLException e) {
            if (!closed) {
                LOG.debug("The views were not brought forward", e);
                reached(trouble(failures.of(e), e), startNs);
            }
        } catch (SeraiException e) {
            LOG.debug("The views were not brought forward", e);
            failed(e, startNs);
        } catch (RuntimeException e) {
            LOG.error("The views were not brought forward", e);
        }
    }

    /** An attempt that began before another one succeeded and has failed since tells of a connection from before. */
    private synchronized void reached(Optional<String> now, long startNs) {
        boolean isStale = newerSchema.isPresent() ? now.isEmpty() : now.isPresent() && startNs - reachedNs < 0;
        if (isStale || closed) {
            return;
        }
        if (now.isEmpty()) {
            reachedNs = workings.nanoTime();
        }
        boolean changes = now.isPresent() != trouble.isPresent();
        trouble = now;
        if (changes && now.isEmpty()) {
            LOG.info("The database is reachable again");
        } else if (changes) {
            LOG.warn("The database cannot be used: {}; views are served, nothing can be written", now.get());
        }
    }

    private void refuse(String failed) {
        newerSchema.ifPresent(e -> {
            throw DatabaseError.NEWER_SCHEMA.error(failed, e.reason(), e.action());
        });
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
