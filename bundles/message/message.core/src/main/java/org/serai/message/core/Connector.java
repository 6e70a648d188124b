package org.serai.message.core;

import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.serai.cluster.Membership;
import org.serai.ffdc.SeraiException;
import org.serai.message.core.vke.Vke;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the interconnect over the present transport, tells the others where, and tries again until both are done. All
 * of it happens on the one thread of the scheduler, so nobody who starts or swaps a transport waits for a join.
 */
final class Connector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
    private static final long AGAIN_MS = 1_000;
    private static final long GOODBYE_MS = 3_000;

    private final Membership membership;
    private final Registered registered;
    private final Vke vke;
    private final ScheduledExecutorService thread;
    private Optional<Transport> wanted = Optional.empty();
    private Optional<Link> link = Optional.empty();
    private boolean closed;

    /**
     * A connector without a transport.
     *
     * @param thread of its own, one thread; ended by {@link #close}
     */
    Connector(Membership membership, Registered registered, Vke vke, ScheduledExecutorService thread) {
        this.membership = membership;
        this.registered = registered;
        this.vke = vke;
        this.thread = thread;
    }

    /** Leaves over the former transport, if there was one, and joins over this one. */
    void use(Optional<Transport> transport) {
        execute(() -> {
            wanted = transport;
            leave();
            join();
        });
    }

    /** Leaves if the present transport is this one, which is going. */
    void unless(Transport gone) {
        execute(() -> {
            if (wanted.filter(now -> now == gone).isPresent()) {
                wanted = Optional.empty();
                leave();
            }
        });
    }

    private void join() {
        if (closed || link.isPresent() || wanted.isEmpty()) {
            return;
        }
        try {
            registered.wire(wanted.get().wire());
            Link joined = wanted.get()
                    .join(
                            new Transport.Settings(
                                    membership.cluster().id(),
                                    membership.self().id(),
                                    membership.secret(),
                                    registered::peers),
                            vke);
            link = Optional.of(joined);
            vke.use(link);
            announce(joined);
        } catch (SeraiException e) {
            LOG.warn("{}; this is tried again", e.getMessage());
            thread.schedule(this::join, AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void announce(Link joined) {
        if (closed || link.filter(now -> now == joined).isEmpty()) {
            return;
        }
        try {
            String address = registered.announced(joined.address());
            membership.announce(Membership.Address.TRANSPORT, address);
            LOG.info("This node listens for others at {}", address);
        } catch (SeraiException e) {
            LOG.warn("The others are not told yet where this node listens: {}", e.getMessage());
            thread.schedule(() -> announce(joined), AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void leave() {
        vke.use(Optional.empty());
        link.ifPresent(Link::close);
        link = Optional.empty();
        registered.wire("");
    }

    @Override
    public void close() {
        execute(() -> {
            closed = true;
            leave();
        });
        thread.shutdown();
        try {
            // A goodbye spares the others a suspicion; a join that hangs is not waited for.
            if (!thread.awaitTermination(GOODBYE_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("The transport did not leave the cluster in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** References are unbound after the component has ended. */
    private void execute(Runnable task) {
        if (!thread.isShutdown()) {
            thread.execute(task);
        }
    }
}
