package org.serai.itests.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.storage.OpenLu;

/** Writes one number after the other into an LU, each until it is acknowledged. */
public final class Writer implements AutoCloseable {
    private static final int SOME = 20;

    private final OpenLu lu;
    private final Set<ErrorCode> refusals = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::run, "writer");
    private volatile boolean stopped;
    private volatile long acknowledged;
    private volatile Optional<Throwable> failure = Optional.empty();

    /** Begins. */
    public Writer(OpenLu lu) {
        this.lu = lu;
        thread.start();
    }

    private void run() {
        try {
            while (!stopped) {
                writeNext(acknowledged + 1);
            }
        } catch (RuntimeException e) {
            failure = Optional.of(e);
        }
    }

    private void writeNext(long value) {
        try {
            Volume.write(lu, value);
            acknowledged = value;
        } catch (SeraiException e) {
            refusals.add(e.code());
            Thread.yield();
        }
    }

    /** Waits until some more numbers are acknowledged. */
    public void awaitFurtherWrites() {
        long enough = acknowledged + SOME;
        await("further writes").atMost(InNode.SOON).until(() -> acknowledged >= enough || failure.isPresent());
        assertThat(failure).isEmpty();
    }

    /** With which errors a write was refused. */
    public Set<ErrorCode> refusals() {
        return refusals;
    }

    /** Ends; returns the last number that was acknowledged. */
    public long stop() throws InterruptedException {
        stopped = true;
        assertThat(thread.join(InNode.SOON)).as("the writer does not hang").isTrue();
        assertThat(failure).isEmpty();
        return acknowledged;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
