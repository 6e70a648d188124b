package org.serai.message.core.vke;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.serai.message.core.packet.Drop;
import org.serai.message.core.packet.Header;
import org.serai.message.core.packet.Malformed;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.PacketReader;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.packet.SubHeader.Place;
import org.serai.transport.spi.BatchReceiver;
import org.serai.transport.spi.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lower half of messaging. Down: parses header and sub-header, makes the RC array, starts its time-out and sends; up:
 * issues the receipt by itself, then hands the packet to the daemon, in order and once. It has no thread and waits for
 * nothing: a clock, an alarm and a link are all that it is moved by.
 */
public final class Vke implements BatchReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(Vke.class);
    private static final int MAX_OPEN_TO_SHARE = 256;
    private static final int MAX_SHARED_BYTES = 4096;

    private final UUID self;
    private final Registry registry;
    private final Deadlines deadlines;
    private final Counts counts;
    private final Traces traces;
    private final Above above;
    private final Outbox outbox;
    private final Object lock = new Object();
    private final Outgoing outgoing;
    private final Incoming incoming;

    /**
     * Of a node; not on any link yet.
     *
     * @param life of the daemon above, which all its transactions have
     */
    public Vke(
            UUID self,
            UUID life,
            Registry registry,
            LongSupplier nanoClock,
            Deadlines deadlines,
            Counts counts,
            Traces traces,
            Above above) {
        this.self = self;
        outbox = new Outbox(self, this::sent);
        this.registry = registry;
        this.deadlines = deadlines;
        this.counts = counts;
        this.traces = traces;
        this.above = above;
        outgoing = new Outgoing(life, nanoClock, deadlines, counts, this::put);
        incoming = new Incoming(above, this::issueReceipt, counts);
    }

    /** The daemon. */
    public interface Above {
        /** Whether a message of that node can be taken now. */
        boolean hasRoom(UUID sender);

        /** A message, in order; called under a lock, so it only queues. */
        void message(Packet packet);

        /** Messages were queued, and their receipts are on the way; called with no lock. */
        void messagesQueued();

        /** A response. False if nobody waits for it. */
        boolean response(Packet packet);

        /** An RC array is filled, and closed, or its time is over. Once after each {@link Vke#send}. */
        void receipts(RcState state);

        /** The view has changed. */
        void viewChanged(Set<UUID> nodes);
    }

    /**
     * An RC array that is filled or whose time is over.
     *
     * @param failed the nodes whose receipts have not come
     * @param unreached those of them that the transport did not see either
     * @param closed the array, if it is filled
     */
    public record RcState(long reference, List<UUID> failed, List<UUID> unreached, Optional<RcArray> closed) {}

    /** Packets go over that link from now on, or nowhere. */
    public void use(Optional<Link> next) {
        outbox.use(next);
        next.ifPresent(link -> viewChanged(link.view()));
    }

    /** The link that there is now. */
    public Optional<Link> link() {
        return outbox.link();
    }

    /**
     * Sends a packet. A packet whose RC array is open already goes to those of its targets that have not confirmed.
     *
     * @param timeOutMs after which receipts that have not come count as failed
     * @return the header with the length that the RC array must have, if it is too short; nothing was sent then
     */
    public Optional<Header> send(Packet packet, long timeOutMs) {
        if (!packet.wantsReceipts()) {
            sendLoose(packet);
            return Optional.empty();
        }
        List<UUID> registered = registry.nodes();
        List<UUID> targets = targets(packet, registered);
        long reference = packet.sub().rcReference();
        Map<UUID, Place> places = LinkedHashMap.newLinkedHashMap(targets.size());
        Deadlines.Due timeOut = deadlines.after(timeOutMs, () -> timeOut(reference));
        Optional<RcState> filled = Optional.empty();
        boolean tooShort;
        boolean shared = false;
        synchronized (lock) {
            Optional<RcArray> array = outgoing.array(packet, registered, targets);
            tooShort = array.isEmpty();
            if (!tooShort) {
                filled = outgoing.send(
                        array.get(), packet, targets, timeOut, (target, _, place) -> places.put(target, place));
                shared = isShared(packet, places.size());
            }
        }
        if (tooShort) {
            deadlines.cancel(timeOut);
            return Optional.of(packet.tooShort(registered.size()));
        }
        if (shared) {
            outbox.carry(packet, places);
        } else {
            places.forEach((node, place) -> outbox.carry(new Outbox.Item(node, packet, place)));
        }
        filled.ifPresent(this::ended);
        return Optional.empty();
    }

    /**
     * Whether a packet goes to all its targets as the same bytes, which a transport may bring to all at once and without
     * holding back a sender who is too fast: so only while little is on its way. It is only the first attempt of a
     * broadcast, for one that is sent again names its targets.
     */
    private boolean isShared(Packet packet, int targets) {
        return packet.sub().broadcast()
                && targets > 0
                && targets <= Packet.MAX_SHARING
                && packet.payload().length <= MAX_SHARED_BYTES
                && outgoing.open() <= MAX_OPEN_TO_SHARE;
    }

    /** Under no lock. */
    private void ended(RcState state) {
        outbox.drain();
        state.closed().flatMap(RcArray::timeOut).ifPresent(deadlines::cancel);
        above.receipts(state);
    }

    private List<UUID> targets(Packet packet, List<UUID> registered) {
        return packet.sub().broadcast() ? others(registered) : packet.sub().targets();
    }

    private List<UUID> others(Collection<UUID> nodes) {
        List<UUID> others = new ArrayList<>(nodes);
        others.remove(self);
        return others;
    }

    /** To whoever the transport sees; nobody waits for it. */
    private void sendLoose(Packet packet) {
        boolean message = packet.sub().opcode() == Opcode.MESSAGE;
        List<UUID> targets = packet.sub().broadcast()
                ? others(outbox.link().map(Link::view).orElse(Set.of()))
                : packet.sub().targets();
        synchronized (lock) {
            for (UUID target : targets) {
                put(target, packet, message ? outgoing.loosePlace(target) : Place.NONE);
            }
        }
        outbox.drain();
    }

    private void put(UUID target, Packet packet, Place place) {
        if (!outbox.put(new Outbox.Item(target, packet, place))) {
            counts.drop(Drop.SEND_QUEUE_FULL);
            traces.tell(true, target, packet, place, 0, Drop.SEND_QUEUE_FULL);
        }
    }

    /** What became of a packet in the outbox. What is for this node itself never leaves it. */
    private void sent(Outbox.Item item, byte[] bytes, boolean reached) {
        Packet packet = item.packet();
        traces.tell(true, item.to(), packet, item.place(), bytes.length, reached ? "sent" : Drop.NOT_SENT);
        if (!reached) {
            counts.drop(Drop.NOT_SENT);
            unreached(packet, item.to());
        }
        if (item.to().equals(self)) {
            received(self, bytes);
        }
    }

    private void unreached(Packet packet, UUID node) {
        if (packet.wantsReceipts()) {
            synchronized (lock) {
                outgoing.unreached(packet.sub().rcReference(), node);
            }
        }
    }

    /** A node has confirmed by other means: it has answered. */
    public void confirmed(long reference, UUID node) {
        Optional<RcState> filled;
        synchronized (lock) {
            filled = outgoing.confirmed(reference, node);
        }
        filled.ifPresent(this::ended);
    }

    private void timeOut(long reference) {
        Optional<RcState> over;
        synchronized (lock) {
            over = outgoing.timeOut(reference);
        }
        over.ifPresent(above::receipts);
    }

    /** Nobody waits for these receipts any more; what is not confirmed is given up. The array, if it was open. */
    public Optional<RcArray> close(long reference) {
        Optional<RcArray> closed;
        synchronized (lock) {
            closed = outgoing.close(reference);
        }
        outbox.drain();
        return closed;
    }

    /** Packets that wait to be given to the transport. */
    public int queued() {
        return outbox.depth();
    }

    /** RC arrays that are not closed. */
    public int openArrays() {
        synchronized (lock) {
            return outgoing.open();
        }
    }

    @Override
    public void viewChanged(Set<UUID> nodes) {
        synchronized (lock) {
            outgoing.seen(nodes);
        }
        outbox.drain();
        above.viewChanged(nodes);
    }

    @Override
    public void received(UUID from, byte[] message) {
        received(from, List.of(message));
    }

    /** Reads under no lock, consumes all in one turn of it, and sends one receipt for what was handed up together. */
    @Override
    public void received(UUID from, List<byte[]> messages) {
        List<Came> packets = read(from, messages);
        List<RcState> ended = new ArrayList<>(0);
        if (!packets.isEmpty()) {
            synchronized (lock) {
                packets.forEach(came -> came.outcome = consume(from, came.packet, ended));
                incoming.confirm();
            }
        }
        packets.forEach(came -> came.tell(from));
        outbox.drain();
        packets.forEach(came -> came.takeResponse(from));
        ended.forEach(this::ended);
        above.messagesQueued();
    }

    /** A packet of another node, and what becomes of it. Responses go up under no lock. */
    private final class Came {
        private final Packet packet;
        private final int bytes;
        private String outcome = "";

        Came(Packet packet, int bytes) {
            this.packet = packet;
            this.bytes = bytes;
        }

        private boolean isResponse() {
            return packet.sub().opcode() == Opcode.RESPONSE;
        }

        void tell(UUID from) {
            if (!isResponse()) {
                traces.tell(false, from, packet, packet.sub().place(), bytes, outcome);
            }
        }

        void takeResponse(UUID from) {
            if (isResponse()) {
                boolean wanted = above.response(packet);
                if (!wanted) {
                    counts.drop(Drop.LATE_RESPONSE);
                }
                traces.tell(false, from, packet, Place.NONE, bytes, wanted ? "taken" : Drop.LATE_RESPONSE);
            }
        }
    }

    private List<Came> read(UUID from, List<byte[]> messages) {
        List<Came> packets = new ArrayList<>(messages.size());
        for (byte[] message : messages) {
            try {
                Packet packet = PacketReader.read(message, self);
                if (!packet.sub().sender().equals(from)) {
                    throw new Malformed(Drop.NOT_THE_SENDER);
                }
                if (outbox.link().isEmpty() && !from.equals(self)) {
                    // Its response would be lost. So it comes again, if anybody waits for it.
                    throw new Malformed(Drop.NO_WAY_BACK);
                }
                packets.add(new Came(packet, message.length));
            } catch (Malformed e) {
                counts.drop(e.reason());
                traces.tellUnread(from, message.length, e.reason());
                LOG.debug("A packet of node {} was dropped: {}", from, e.getMessage());
            }
        }
        return packets;
    }

    private String consume(UUID from, Packet packet, List<RcState> ended) {
        return switch (packet.sub().opcode()) {
            case MESSAGE -> incoming.message(from, packet);
            case RECEIPT -> {
                Optional<Drop> drop = outgoing.receipt(from, packet, ended);
                drop.ifPresent(counts::drop);
                yield drop.map(Drop::toString).orElse("taken");
            }
            case RESPONSE -> "";
        };
    }

    private void issueReceipt(Packet packet) {
        Packet receipt = packet.receipt(self);
        put(packet.sub().sender(), receipt, receipt.sub().place());
    }
}
