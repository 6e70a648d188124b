package org.serai.transport.loopback;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One member's end. What it takes is handed to its receiver by one thread, in the order of taking. */
final class LoopbackLink implements Link {
    private static final Logger LOG = LoggerFactory.getLogger(LoopbackLink.class);

    private final Hub hub;
    private final UUID node;
    private final String address;
    private final Receiver receiver;
    private final ExecutorService inbox;
    private volatile boolean ended;

    LoopbackLink(Hub hub, UUID node, String address, Receiver receiver) {
        this.hub = hub;
        this.node = node;
        this.address = address;
        this.receiver = receiver;
        inbox = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("serai-" + address).factory());
    }

    UUID node() {
        return node;
    }

    /** Called with the hub's lock, which gives the order. */
    void take(UUID from, byte[] message) {
        hand(() -> receiver.received(from, message));
    }

    /** Called with the hub's lock, which gives the order. */
    void takeView(Set<UUID> nodes) {
        hand(() -> receiver.viewChanged(nodes));
    }

    private void hand(Runnable call) {
        inbox.execute(() -> {
            if (ended) {
                return;
            }
            try {
                call.run();
            } catch (RuntimeException e) {
                LOG.error("The receiver of node {} failed", node, e);
            }
        });
    }

    /** What is still in the inbox is lost, as on a wire. */
    void end() {
        ended = true;
        inbox.shutdown();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public boolean send(UUID to, byte[] message) {
        return hub.send(this, to, message);
    }

    @Override
    public void broadcast(byte[] message) {
        hub.broadcast(this, message);
    }

    @Override
    public Set<UUID> view() {
        return hub.view(this);
    }

    @Override
    public void close() {
        hub.leave(this);
    }
}
