package org.serai.message.core.vke;

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
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.SubHeader.Place;
import org.serai.message.core.vke.Vke.RcState;

/**
 * The messages of this node on their way to others: RC arrays, and what may still come in the stream to each node. Used
 * under the VKE's lock.
 */
final class Outgoing {
    private final UUID life;
    private final LongSupplier nanoClock;
    private final Deadlines deadlines;
    private final Counts counts;
    private final Sender sender;
    private final Map<Long, RcArray> arrays = new HashMap<>();
    private final Map<UUID, OutStream> streams = new HashMap<>();

    /** @param life of the daemon whose messages these are */
    Outgoing(UUID life, LongSupplier nanoClock, Deadlines deadlines, Counts counts, Sender sender) {
        this.life = life;
        this.nanoClock = nanoClock;
        this.deadlines = deadlines;
        this.counts = counts;
        this.sender = sender;
    }

    /** Puts packets on their way. */
    interface Sender {
        void put(UUID target, Packet packet, Place place);
    }

    int open() {
        return arrays.size();
    }

    /** Where a message without receipts stands among those to that node. */
    Place loosePlace(UUID node) {
        return stream(node).atEnd();
    }

    private OutStream stream(UUID node) {
        return streams.computeIfAbsent(node, _ -> new OutStream());
    }

    /** The RC array of a packet: the open one, or a new one; empty if the packet's is too short for the cluster. */
    Optional<RcArray> array(Packet packet, List<UUID> registered, Collection<UUID> targets) {
        long reference = packet.sub().rcReference();
        RcArray array = arrays.get(reference);
        if (array == null && packet.sub().rcLength() >= registered.size()) {
            RcArray fresh = new RcArray(packet, registered, targets);
            long now = nanoClock.getAsLong();
            fresh.asked().forEach((node, entry) -> entry.begin(stream(node), fresh, now));
            arrays.put(reference, fresh);
            array = fresh;
        }
        return Optional.ofNullable(array);
    }

    /**
     * Sends to those targets that have not confirmed. The array, closed, if none is left.
     *
     * @param timeOut when those that have not confirmed by then count as failed
     */
    Optional<RcState> send(RcArray array, Packet packet, Collection<UUID> targets, Deadlines.Due timeOut, Sender by) {
        array.sentAs(packet);
        array.timeOut(Optional.of(timeOut));
        for (UUID target : targets) {
            RcArray.Entry entry = array.asked().get(target);
            if (array.attempt(entry)) {
                by.put(target, packet, stream(target).at(entry.order()));
            }
        }
        return array.isFilled() ? Optional.of(filled(array)) : Optional.empty();
    }

    /** Nobody is waited for: all have confirmed, but for those to whom it was not sent again, who are given up. */
    private RcState filled(RcArray array) {
        arrays.remove(array.reference());
        array.failed().forEach(node -> giveUp(node, array.asked().get(node)));
        return new RcState(array.reference(), List.of(), List.of(), Optional.of(array));
    }

    /** A node has confirmed by other means: it has answered. */
    Optional<RcState> confirmed(long reference, UUID node) {
        RcArray array = arrays.get(reference);
        return array == null || !array.asked().containsKey(node)
                ? Optional.empty()
                : confirm(array, node, stream(node));
    }

    private Optional<RcState> confirm(RcArray array, UUID node, OutStream stream) {
        RcArray.Entry entry = array.asked().get(node);
        stream.end(entry.order());
        if (entry.state() == Receipts.State.RECEIVED) {
            return Optional.empty();
        }
        counts.receiptLatency().add(array.receive(entry, nanoClock.getAsLong()));
        // Without a time-out the daemon is about to send it again, and finds out then.
        return array.isFilled() && array.timeOut().isPresent() ? Optional.of(filled(array)) : Optional.empty();
    }

    /**
     * A receipt: the message that it names, and all before it in its stream, were handed up.
     *
     * @param ended the arrays that are closed by it are put in there
     * @return why it is dropped
     */
    Optional<Drop> receipt(UUID from, Packet packet, Collection<RcState> ended) {
        if (!packet.header().transaction().life().equals(life)) {
            return Optional.of(Drop.LATE_RECEIPT);
        }
        long order = packet.sub().place().order();
        RcArray named = arrays.get(packet.sub().rcReference());
        OutStream stream = streams.get(from);
        if (stream == null || order > stream.last() || named != null && !named.names(packet, from)) {
            return Optional.of(Drop.FOREIGN_RECEIPT);
        }
        boolean news = false;
        for (Optional<RcArray> next = stream.firstUpTo(order); next.isPresent(); next = stream.firstUpTo(order)) {
            news = true;
            counts.count(Counts.What.RECEIPTS_RECEIVED);
            confirm(next.get(), from, stream).ifPresent(ended::add);
        }
        return news ? Optional.empty() : Optional.of(named == null ? Drop.LATE_RECEIPT : Drop.DUPLICATE_RECEIPT);
    }

    /** The receipts of an array that have not come count as failed now; empty if it is closed. */
    Optional<RcState> timeOut(long reference) {
        RcArray array = arrays.get(reference);
        if (array == null || array.timeOut().isEmpty()) {
            return Optional.empty();
        }
        array.timeOut(Optional.empty());
        array.fail();
        return Optional.of(new RcState(reference, array.failed(), array.unreached(), Optional.empty()));
    }

    /** Nobody waits for these receipts any more; what is not confirmed is given up. */
    Optional<RcArray> close(long reference) {
        Optional<RcArray> closed = Optional.ofNullable(arrays.remove(reference));
        closed.ifPresent(array -> {
            array.timeOut().ifPresent(deadlines::cancel);
            array.fail();
            array.failed().forEach(node -> giveUp(node, array.asked().get(node)));
        });
        return closed;
    }

    /** The first of those that come after it goes once more, to say that nobody need wait for this one. */
    private void giveUp(UUID node, RcArray.Entry entry) {
        counts.count(Counts.What.RECEIPTS_MISSING);
        OutStream stream = stream(node);
        stream.end(entry.order());
        stream.first().ifPresent(next -> {
            long order = next.asked().get(node).order();
            if (order > entry.order() && next.asked().get(node).state() == Receipts.State.WAITING) {
                sender.put(node, next.packet(), stream.at(order));
            }
        });
    }

    void unreached(long reference, UUID node) {
        Optional.ofNullable(arrays.get(reference))
                .map(array -> array.asked().get(node))
                .ifPresent(entry -> entry.reached(false));
    }

    /** Nodes that were not seen when something was sent to them, and are now, get it at once. */
    void seen(Set<UUID> nodes) {
        arrays.values()
                .forEach(array -> array.asked().forEach((node, entry) -> {
                    if (entry.isUnreached() && entry.state() == Receipts.State.WAITING && nodes.contains(node)) {
                        entry.reached(true);
                        sender.put(node, array.packet(), stream(node).at(entry.order()));
                    }
                }));
    }
}
