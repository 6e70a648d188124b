package org.serai.message.core.vke;

import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.PacketWriter;
import org.serai.message.core.packet.SubHeader.Place;
import org.serai.transport.spi.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packets on their way to the transport. Whoever puts some in carries over what is there, so there is no thread and no
 * hand-over, and a transport that stands holds up callers, and no lock. Messages without receipts go one at a time, in the
 * order in which they were put in: one that is overtaken is lost. The others are put in order by their receiver, so that
 * several callers carry them at the same time.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long MAX_BYTES = 32 << 20;
    /** What an item takes beside its payload, about. */
    private static final int ITEM_BYTES = 512;

    private final UUID self;
    private final Result result;
    private final Queue<Item> hints = new ConcurrentLinkedQueue<>();
    private final Queue<Item> others = new ConcurrentLinkedQueue<>();
    private final AtomicInteger depth = new AtomicInteger();
    private final AtomicInteger drains = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile Optional<Link> link = Optional.empty();

    /** @param self what is for this node needs no link */
    Outbox(UUID self, Result result) {
        this.self = self;
        this.result = result;
    }

    /** A packet for a node; its bytes are made when it goes, which is under no lock. */
    record Item(UUID to, Packet packet, Place place) {
        private int bytes() {
            return packet.payload().length + ITEM_BYTES;
        }
    }

    /** Is told what became of each; called with no lock. */
    interface Result {
        void sent(Item item, byte[] bytes, boolean reached);
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
        bytes.addAndGet(item.bytes());
        depth.incrementAndGet();
        (item.place().loose() > 0 ? hints : others).add(item);
        return true;
    }

    /** Carries over what is in it; called with no lock. */
    void drain() {
        for (Item item = others.poll(); item != null; item = others.poll()) {
            carryQueued(item);
        }
        if (hints.isEmpty() || drains.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Item item = hints.poll(); item != null; item = hints.poll()) {
                carryQueued(item);
            }
            seen = drains.addAndGet(-seen);
        } while (seen != 0);
    }

    private void carryQueued(Item item) {
        bytes.addAndGet(-item.bytes());
        depth.decrementAndGet();
        carry(item);
    }

    /** Carries over a packet that is in no order; called with no lock. */
    void carry(Item item) {
        byte[] packet = PacketWriter.write(item.packet(), item.place());
        Optional<Link> now = link;
        boolean reached = item.to().equals(self);
        try {
            reached = reached || now.isPresent() && now.get().send(item.to(), packet);
        } catch (RuntimeException e) {
            LOG.error("The transport failed at sending to node {}", item.to(), e);
        }
        result.sent(item, packet, reached);
    }

    /** Carries over a broadcast, as the same bytes for all these nodes; called with no lock. */
    void carry(Packet packet, Map<UUID, Place> places) {
        byte[] shared = PacketWriter.write(packet, places);
        Set<UUID> reached = Set.of();
        try {
            reached = link.map(now -> now.sendQuickly(places.keySet(), shared)).orElse(reached);
        } catch (RuntimeException e) {
            LOG.error("The transport failed at sending to {} nodes", places.size(), e);
        }
        for (Map.Entry<UUID, Place> each : places.entrySet()) {
            result.sent(new Item(each.getKey(), packet, each.getValue()), shared, reached.contains(each.getKey()));
        }
    }
}
