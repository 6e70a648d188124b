package org.serai.message.core.vke;

import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.SubHeader.Place;
import org.serai.transport.spi.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packets on their way to the transport, in the order in which they were put in. Whoever finds nobody at it carries them
 * over, so there is no thread and no hand-over; a transport that stands holds up one caller, and no lock.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long MAX_BYTES = 64 << 20;

    private final UUID self;
    private final Result result;
    private final Queue<Item> items = new ConcurrentLinkedQueue<>();
    private final AtomicInteger depth = new AtomicInteger();
    private final AtomicInteger drains = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile Optional<Link> link = Optional.empty();

    /** @param self what is for this node needs no link */
    Outbox(UUID self, Result result) {
        this.self = self;
        this.result = result;
    }

    /** A packet for a node. */
    record Item(UUID to, Packet packet, Place place, byte[] bytes) {}

    /** Is told what became of each; holds no lock that {@link #put} is called with. */
    interface Result {
        void sent(Item item, boolean reached);
    }

    void use(Optional<Link> next) {
        link = next;
    }

    Optional<Link> link() {
        return link;
    }

    int depth() {
        return depth.get();
    }

    /** False if too much is in it. */
    boolean put(Item item) {
        if (bytes.get() > MAX_BYTES) {
            return false;
        }
        bytes.addAndGet(item.bytes().length);
        depth.incrementAndGet();
        items.add(item);
        return true;
    }

    /** Carries over what is in it, unless another is at it already. */
    void drain() {
        if (items.isEmpty() || drains.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Item item = items.poll(); item != null; item = items.poll()) {
                bytes.addAndGet(-item.bytes().length);
                depth.decrementAndGet();
                carry(item);
            }
            seen = drains.addAndGet(-seen);
        } while (seen != 0);
    }

    private void carry(Item item) {
        Optional<Link> now = link;
        boolean reached = item.to().equals(self);
        try {
            reached = reached || now.isPresent() && now.get().send(item.to(), item.bytes());
        } catch (RuntimeException e) {
            LOG.error("The transport failed at sending to node {}", item.to(), e);
        }
        result.sent(item, reached);
    }
}
