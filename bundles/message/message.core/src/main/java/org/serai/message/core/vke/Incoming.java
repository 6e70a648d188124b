package org.serai.message.core.vke;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.message.core.packet.Drop;
import org.serai.message.core.packet.Packet;

/** The messages that come from others, on their way up: in order, once, with their receipts. Used under the VKE's lock. */
final class Incoming implements InStream.Above {
    private static final int LIVES_OF_A_SENDER = 8;
    private static final int MAX_HELD = 16_384;
    private static final long MAX_HELD_BYTES = 32 << 20;

    private final Vke.Above above;
    private final Consumer<Packet> receipts;
    private final Counts counts;
    private final Room held = new Room(MAX_HELD, MAX_HELD_BYTES);
    private final Map<UUID, Lives> senders = new HashMap<>();
    private final Map<UUID, Packet> unconfirmed = new LinkedHashMap<>();
    private String last = "";

    /** @param receipts issues the receipt for a message */
    Incoming(Vke.Above above, Consumer<Packet> receipts, Counts counts) {
        this.above = above;
        this.receipts = receipts;
        this.counts = counts;
    }

    /** What a sender has lived through lately; the memory that tells duplicates goes back as far. */
    private static final class Lives extends LinkedHashMap<UUID, InStream> {
        private static final long serialVersionUID = 1;

        Lives() {
            super(LIVES_OF_A_SENDER, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, InStream> eldest) {
            if (size() > LIVES_OF_A_SENDER) {
                eldest.getValue().forget();
                return true;
            }
            return false;
        }
    }

    /** What became of a message, in words. */
    String message(UUID from, Packet packet) {
        InStream stream = senders.computeIfAbsent(from, _ -> new Lives())
                .computeIfAbsent(packet.header().transaction().life(), _ -> new InStream(packet, held));
        InStream.Fate fate = stream.offer(packet, this);
        if (fate == InStream.Fate.AGAIN) {
            owe(packet);
        }
        return fate == InStream.Fate.HELD ? "held" : last;
    }

    /** Queued for the daemon, which runs nothing before the receipt is on its way. */
    @Override
    public boolean take(Packet packet) {
        if (!above.hasRoom(packet.sub().sender())) {
            return false;
        }
        owe(packet);
        counts.count(Counts.What.HANDED_UP);
        last = "handed up";
        above.message(packet);
        return true;
    }

    /** The last one of a life stands for those before it. */
    private void owe(Packet packet) {
        if (packet.wantsReceipts()) {
            counts.count(Counts.What.RECEIPTS_SENT);
            unconfirmed.merge(packet.header().transaction().life(), packet, Incoming::later);
        }
    }

    private static Packet later(Packet one, Packet other) {
        return one.sub().place().order() > other.sub().place().order() ? one : other;
    }

    /** Issues the receipts that are owed. */
    void confirm() {
        unconfirmed.values().forEach(receipts);
        unconfirmed.clear();
    }

    @Override
    public void dropped(Packet packet, Drop reason) {
        counts.drop(reason);
        last = reason.toString();
    }
}
