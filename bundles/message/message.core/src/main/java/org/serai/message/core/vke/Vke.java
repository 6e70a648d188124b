package org.serai.message.core.vke;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.serai.message.Receipts;
import org.serai.message.core.packet.Drop;
import org.serai.message.core.packet.Header;
import org.serai.message.core.packet.Malformed;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.PacketReader;
import org.serai.message.core.packet.PacketWriter;
import org.serai.message.core.packet.SubHeader;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.packet.SubHeader.Place;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lower half of messaging. Down: parses header and sub-header, makes the RC array, starts its time-out and sends; up:
 * issues the receipt by itself, then hands the packet to the daemon, in order and once. It has no thread and waits for
 * nothing: a clock, an alarm and a link are all that it is moved by.
 */
public final class Vke implements Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Vke.class);

    private final UUID self;
    private final Registry registry;
    private final LongSupplier nanoClock;
    private final Deadlines deadlines;
    private final Counts counts;
    private final Traces traces;
    private final Above above;
    private final Outbox outbox;
    private final Object lock = new Object();
    private final Map<Long, RcArray> arrays = new HashMap<>();
    private final Map<UUID, OutStream> out = new HashMap<>();
    private final Incoming incoming;

    /** Of a node; not on any link yet. */
    public Vke(
            UUID self,
            Registry registry,
            LongSupplier nanoClock,
            Deadlines deadlines,
            Counts counts,
            Traces traces,
            Above above) {
        this.self = self;
        outbox = new Outbox(self, this::sent);
        this.registry = registry;
        this.nanoClock = nanoClock;
        this.deadlines = deadlines;
        this.counts = counts;
        this.traces = traces;
        this.above = above;
        incoming = new Incoming(above, this::issueReceipt, counts);
    }

    /** The daemon. */
    public interface Above {
        /** Whether a message of that node can be taken now. */
        boolean hasRoom(UUID sender);

        /** A message, in order; called under a lock, so it only queues. */
        void message(Packet packet);

        /** A response. False if nobody waits for it. */
        boolean response(Packet packet);

        /** An RC array is filled, or its time is over. Once after each {@link Vke#send}. */
        void receipts(RcState state);

        /** The view has changed. */
        void viewChanged(Set<UUID> nodes);
    }

    /**
     * An RC array that is filled or whose time is over.
     *
     * @param failed the nodes whose receipts have not come
     * @param unreached those of them that the transport did not see either
     */
    public record RcState(long reference, List<UUID> failed, List<UUID> unreached) {}

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
        PacketWriter writer = new PacketWriter(packet);
        long reference = packet.sub().rcReference();
        Optional<RcState> filled;
        synchronized (lock) {
            RcArray array = arrays.get(reference);
            if (array == null) {
                if (packet.sub().rcLength() < registered.size()) {
                    return Optional.of(packet.tooShort(registered.size()));
                }
                array = open(packet, registered, targets);
            }
            array.sentAs(packet, writer);
            for (UUID target : targets) {
                RcArray.Entry entry = array.asked().get(target);
                if (array.attempt(entry)) {
                    put(target, packet, array.bytes(), stream(target).at(entry.order()));
                }
            }
            filled = array.isFilled() ? Optional.of(state(reference, array)) : Optional.empty();
            if (filled.isEmpty()) {
                array.timeOut(Optional.of(deadlines.after(timeOutMs, () -> timeOut(reference))));
            }
        }
        outbox.drain();
        filled.ifPresent(above::receipts);
        return Optional.empty();
    }

    private RcArray open(Packet packet, List<UUID> registered, List<UUID> targets) {
        RcArray array = new RcArray(packet, registered, targets);
        long now = nanoClock.getAsLong();
        array.asked()
                .forEach((node, entry) ->
                        entry.begin(stream(node).begin(packet.sub().rcReference()), now));
        arrays.put(packet.sub().rcReference(), array);
        return array;
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
        PacketWriter bytes = new PacketWriter(packet);
        boolean message = packet.sub().opcode() == Opcode.MESSAGE;
        List<UUID> targets = packet.sub().broadcast()
                ? others(outbox.link().map(Link::view).orElse(Set.of()))
                : packet.sub().targets();
        synchronized (lock) {
            for (UUID target : targets) {
                put(target, packet, bytes, message ? stream(target).atEnd() : Place.NONE);
            }
        }
        outbox.drain();
    }

    private OutStream stream(UUID node) {
        return out.computeIfAbsent(node, _ -> new OutStream());
    }

    private void put(UUID target, Packet packet, PacketWriter bytes, Place place) {
        if (!outbox.put(new Outbox.Item(target, packet, place, bytes))) {
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
                Optional.ofNullable(arrays.get(packet.sub().rcReference()))
                        .map(array -> array.asked().get(node))
                        .ifPresent(entry -> entry.reached(false));
            }
        }
    }

    /** A node has confirmed by other means: it has answered. */
    public void confirmed(long reference, UUID node) {
        Optional<RcState> filled = Optional.empty();
        synchronized (lock) {
            RcArray array = arrays.get(reference);
            if (array != null && array.asked().containsKey(node)) {
                filled = confirm(reference, array, node);
            }
        }
        filled.ifPresent(above::receipts);
    }

    private Optional<RcState> confirm(long reference, RcArray array, UUID node) {
        RcArray.Entry entry = array.asked().get(node);
        if (entry.state() != Receipts.State.WAITING && entry.state() != Receipts.State.FAILED) {
            return Optional.empty();
        }
        stream(node).end(entry.order());
        counts.receiptLatency().add(array.receive(entry, nanoClock.getAsLong()));
        if (!array.isFilled() || array.timeOut().isEmpty()) {
            return Optional.empty();
        }
        deadlines.cancel(array.timeOut().get());
        array.timeOut(Optional.empty());
        return Optional.of(state(reference, array));
    }

    private void timeOut(long reference) {
        RcState state;
        synchronized (lock) {
            RcArray array = arrays.get(reference);
            if (array == null || array.timeOut().isEmpty()) {
                return;
            }
            array.timeOut(Optional.empty());
            array.fail();
            state = state(reference, array);
        }
        above.receipts(state);
    }

    private static RcState state(long reference, RcArray array) {
        return new RcState(reference, array.failed(), array.unreached());
    }

    /** Nobody waits for these receipts any more; what is not confirmed is given up. The array as it ended. */
    public Optional<Receipts> close(long reference) {
        Optional<RcArray> closed;
        synchronized (lock) {
            closed = Optional.ofNullable(arrays.remove(reference));
            closed.ifPresent(array -> {
                array.timeOut().ifPresent(deadlines::cancel);
                array.fail();
                array.failed().forEach(node -> giveUp(node, array.asked().get(node)));
            });
        }
        outbox.drain();
        return closed.map(RcArray::receipts);
    }

    /** The first of those that come after it goes once more, to say that nobody need wait for this one. */
    private void giveUp(UUID node, RcArray.Entry entry) {
        counts.count(Counts.What.RECEIPTS_MISSING);
        OutStream stream = stream(node);
        stream.end(entry.order());
        stream.first().map(arrays::get).ifPresent(next -> {
            long order = next.asked().get(node).order();
            if (order > entry.order() && next.asked().get(node).state() == Receipts.State.WAITING) {
                put(node, next.packet(), next.bytes(), stream.at(order));
            }
        });
    }

    /** Packets that wait to be given to the transport. */
    public int queued() {
        return outbox.depth();
    }

    /** RC arrays that are not closed. */
    public int openArrays() {
        synchronized (lock) {
            return arrays.size();
        }
    }

    @Override
    public void viewChanged(Set<UUID> nodes) {
        synchronized (lock) {
            arrays.values()
                    .forEach(array -> array.asked().forEach((node, entry) -> sendIfSeenNow(nodes, array, node, entry)));
        }
        outbox.drain();
        above.viewChanged(nodes);
    }

    /** A node that was not seen when something was sent to it, and is now, gets it at once. */
    private void sendIfSeenNow(Set<UUID> nodes, RcArray array, UUID node, RcArray.Entry entry) {
        if (entry.isUnreached() && entry.state() == Receipts.State.WAITING && nodes.contains(node)) {
            entry.reached(true);
            put(node, array.packet(), array.bytes(), stream(node).at(entry.order()));
        }
    }

    @Override
    public void received(UUID from, byte[] message) {
        try {
            Packet packet = PacketReader.read(message);
            SubHeader sub = packet.sub();
            if (!sub.sender().equals(from)) {
                throw new Malformed(Drop.NOT_THE_SENDER);
            }
            if (!sub.broadcast() && !sub.targets().contains(self)) {
                throw new Malformed(Drop.NOT_FOR_US);
            }
            String outcome = consume(from, packet);
            traces.tell(false, from, packet, sub.place(), message.length, outcome);
        } catch (Malformed e) {
            counts.drop(e.reason());
            traces.tellUnread(from, message.length, e.reason());
            LOG.debug("A packet of node {} was dropped: {}", from, e.getMessage());
        }
        outbox.drain();
    }

    private String consume(UUID from, Packet packet) {
        return switch (packet.sub().opcode()) {
            case RECEIPT -> receipt(from, packet);
            case RESPONSE -> {
                boolean wanted = above.response(packet);
                if (!wanted) {
                    counts.drop(Drop.LATE_RESPONSE);
                }
                yield wanted ? "taken" : Drop.LATE_RESPONSE.toString();
            }
            case MESSAGE -> message(from, packet);
        };
    }

    private String receipt(UUID from, Packet packet) {
        Optional<RcState> filled = Optional.empty();
        Optional<Drop> drop = Optional.empty();
        synchronized (lock) {
            long reference = packet.sub().rcReference();
            RcArray array = arrays.get(reference);
            if (array == null
                    || !array.packet()
                            .header()
                            .transaction()
                            .equals(packet.header().transaction())) {
                drop = Optional.of(Drop.LATE_RECEIPT);
            } else {
                Receipts.State before = Optional.ofNullable(array.asked().get(from))
                        .map(RcArray.Entry::state)
                        .orElse(Receipts.State.NOT_ASKED);
                switch (before) {
                    case NOT_ASKED -> drop = Optional.of(Drop.FOREIGN_RECEIPT);
                    case RECEIVED -> drop = Optional.of(Drop.DUPLICATE_RECEIPT);
                    case WAITING, FAILED -> {
                        counts.count(Counts.What.RECEIPTS_RECEIVED);
                        filled = confirm(reference, array, from);
                    }
                }
            }
        }
        drop.ifPresent(counts::drop);
        filled.ifPresent(above::receipts);
        return drop.map(Drop::toString).orElse("taken");
    }

    private String message(UUID from, Packet packet) {
        synchronized (lock) {
            return incoming.message(from, packet);
        }
    }

    private void issueReceipt(Packet packet) {
        Packet receipt = packet.receipt(self);
        put(packet.sub().sender(), receipt, new PacketWriter(receipt), Place.NONE);
    }
}
