package org.serai.database.jdbc;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.ReentrantLock;

/** Time, threads and pools of connections as a database uses them, so that a simulation can play them on one thread. */
public interface Workings {
    /** A monotonic clock. */
    long nanoTime();

    /** What nobody else ever draws, of at most 36 characters. */
    String mark();

    /** Lets a time within these limits pass, drawn at random. */
    void pause(long atLeastNs, long belowNs);

    /** Takes a lock; false if that took too long, or was interrupted. */
    boolean lock(ReentrantLock lock, long patienceNs);

    /** A thread of its own, for one task after the other. */
    ScheduledExecutorService thread(String name);

    /** A pool of connections. */
    Pool pool(HikariConfig config);

    /** Connections that are used again. */
    interface Pool extends AutoCloseable {
        /** A connection; closing it gives it back. */
        Connection take() throws SQLException;

        /** Gives it back never: its transaction is in doubt. */
        void discard(Connection connection);

        @Override
        void close();
    }
}
