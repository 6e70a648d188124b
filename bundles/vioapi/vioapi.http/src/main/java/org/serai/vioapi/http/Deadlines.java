package org.serai.vioapi.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections whose next request does not come in time, handshake and headers included: Jetty's own idle time
 * begins anew with each byte.
 */
final class Deadlines extends AbstractLifeCycle implements Connection.Listener {
    private static final long TICKS = 10;

    private final Scheduler scheduler;
    private final long timeoutMs;
    private final Map<EndPoint, Long> ends = new ConcurrentHashMap<>();

    Deadlines(Scheduler scheduler, long timeoutMs) {
        this.scheduler = scheduler;
        this.timeoutMs = timeoutMs;
    }

    @Override
    protected void doStart() {
        tick();
    }

    private void tick() {
        long now = System.nanoTime();
        ends.forEach((endPoint, end) -> {
            if (now - end > 0) {
                ends.remove(endPoint, end);
                endPoint.close();
            }
        });
        if (!isStopping() && !isStopped()) {
            scheduler.schedule(this::tick, Math.max(10, timeoutMs / TICKS), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onOpened(Connection connection) {
        awaited(connection.getEndPoint());
    }

    @Override
    public void onClosed(Connection connection) {
        ends.remove(bare(connection.getEndPoint()));
    }

    /** From now on a request is awaited, or that the peer reads what it is told. */
    void awaited(EndPoint endPoint) {
        if (endPoint.isOpen()) {
            ends.put(bare(endPoint), System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs));
        }
    }

    /** A request is complete, and is being answered; or the peer has read. */
    void complete(EndPoint endPoint) {
        ends.remove(bare(endPoint));
    }

    /** Below TLS: closing that one waits for nobody. */
    private static EndPoint bare(EndPoint endPoint) {
        EndPoint bare = endPoint;
        while (bare instanceof EndPoint.Wrapper wrapper) {
            bare = wrapper.unwrap();
        }
        return bare;
    }
}
