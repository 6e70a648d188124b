package org.serai.message.core.vke;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.serai.message.Receipts;
import org.serai.message.Receipts.State;
import org.serai.message.core.packet.Packet;

/**
 * The receipts of one message: an entry for every registered node, of which those that were not asked take no room. Used
 * under the lock of its VKE alone, until it is closed.
 */
public final class RcArray {
    private static final Entry NOT_ASKED = new Entry(State.NOT_ASKED);

    private final List<UUID> registered;
    private final Map<UUID, Entry> entries;
    private Packet packet;
    private Optional<Deadlines.Due> timeOut = Optional.empty();
    private int waiting;

    RcArray(Packet packet, List<UUID> registered, Collection<UUID> targets) {
        this.packet = packet;
        this.registered = registered;
        entries = LinkedHashMap.newLinkedHashMap(targets.size());
        targets.forEach(node -> entries.put(node, new Entry(State.WAITING)));
        waiting = entries.size();
    }

    /** A node's. */
    static final class Entry {
        private State state;
        private long order;
        private int attempts;
        private boolean unreached;
        private long sentNanos;
        private long afterNanos;

        private Entry(State state) {
            this.state = state;
        }

        State state() {
            return state;
        }

        long order() {
            return order;
        }

        /** Whether the transport did not see the node when it was sent last. */
        boolean isUnreached() {
            return unreached;
        }

        void reached(boolean reached) {
            unreached = !reached;
        }

        void begin(OutStream in, RcArray array, long nowNanos) {
            order = in.begin(array);
            sentNanos = nowNanos;
        }
    }

    /** As it was sent last: when it is sent again it has fewer targets. */
    Packet packet() {
        return packet;
    }

    /** What its sender calls it. */
    long reference() {
        return packet.sub().rcReference();
    }

    /** Whether a receipt of that node is for this message. */
    boolean names(Packet receipt, UUID from) {
        Entry entry = entries.get(from);
        return entry != null
                && entry.order == receipt.sub().place().order()
                && packet.header().transaction().equals(receipt.header().transaction());
    }

    /** Of those that were asked. */
    Map<UUID, Entry> asked() {
        return entries;
    }

    void sentAs(Packet now) {
        packet = now;
    }

    Optional<Deadlines.Due> timeOut() {
        return timeOut;
    }

    void timeOut(Optional<Deadlines.Due> due) {
        timeOut = due;
    }

    /** Counts an attempt for a node; false if it has confirmed already. */
    boolean attempt(Entry entry) {
        if (entry.state == State.RECEIVED) {
            return false;
        }
        if (entry.state == State.FAILED) {
            entry.state = State.WAITING;
            waiting++;
        }
        entry.attempts++;
        entry.unreached = false;
        return true;
    }

    /** Marks a receipt; the nanoseconds it took. */
    long receive(Entry entry, long nowNanos) {
        waiting -= entry.state == State.WAITING ? 1 : 0;
        entry.state = State.RECEIVED;
        entry.afterNanos = nowNanos - entry.sentNanos;
        return entry.afterNanos;
    }

    /** Marks whatever has not come. */
    void fail() {
        entries.values().stream()
                .filter(entry -> entry.state == State.WAITING)
                .forEach(entry -> entry.state = State.FAILED);
        waiting = 0;
    }

    boolean isFilled() {
        return waiting == 0;
    }

    /** The nodes that have not confirmed. */
    List<UUID> failed() {
        return nodes(entry -> entry.state == State.FAILED);
    }

    /** The nodes of those that the transport did not even see. */
    List<UUID> unreached() {
        return nodes(entry -> entry.state == State.FAILED && entry.unreached);
    }

    private List<UUID> nodes(Predicate<Entry> which) {
        List<UUID> found = new ArrayList<>(0);
        entries.forEach((node, entry) -> {
            if (which.test(entry)) {
                found.add(node);
            }
        });
        return found;
    }

    /** All entries. A node that was asked and is not registered, or not yet, has one too. */
    public Receipts receipts() {
        List<Receipts.Entry> all = new ArrayList<>(registered.size());
        entries.forEach((node, entry) -> all.add(entry(node, entry)));
        for (UUID node : registered) {
            if (!entries.containsKey(node)) {
                all.add(entry(node, NOT_ASKED));
            }
        }
        return new Receipts(packet.header().transaction().toString(), all);
    }

    private static Receipts.Entry entry(UUID node, Entry entry) {
        return new Receipts.Entry(node, entry.state, entry.attempts, entry.afterNanos / 1000);
    }
}
