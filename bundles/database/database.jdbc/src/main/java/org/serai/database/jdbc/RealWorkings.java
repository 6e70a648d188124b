package org.serai.database.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** The time, threads and connections of this process. */
final class RealWorkings implements Workings {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public String mark() {
        return UUID.randomUUID().toString();
    }

    @Override
    public void pause(long atLeastNs, long belowNs) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(atLeastNs, belowNs));
    }

    @Override
    public boolean lock(ReentrantLock lock, long patienceNs) {
        try {
            return lock.tryLock(patienceNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    @Override
    public Pool pool(HikariConfig config) {
        HikariDataSource source = new HikariDataSource(config);
        return new Pool() {
            @Override
            public Connection take() throws SQLException {
                return source.getConnection();
            }

            @Override
            public void discard(Connection connection) {
                source.evictConnection(connection);
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }
}
