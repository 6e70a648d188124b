package org.serai.message.core.vke;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.serai.message.TracedPacket;
import org.serai.message.Viod;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.SubHeader;

/** Those who watch packets. While there are none, watching costs nothing. */
public final class Traces {
    private final List<Consumer<TracedPacket>> listeners = new CopyOnWriteArrayList<>();

    /** Nobody watches. */
    public Traces() {}

    public Viod.Tracing add(Consumer<TracedPacket> listener) {
        // Wrapped, so that one who watches twice stops watching once.
        Consumer<TracedPacket> one = listener::accept;
        listeners.add(one);
        return () -> listeners.remove(one);
    }

    void tell(boolean outgoing, UUID peer, Packet packet, SubHeader.Place place, int bytes, Object outcome) {
        if (listeners.isEmpty()) {
            return;
        }
        TracedPacket traced = new TracedPacket(
                outgoing,
                peer,
                packet.sub().opcode().name().toLowerCase(Locale.ROOT),
                packet.header().transaction().toString(),
                packet.sub().topic(),
                packet.header().receipts() ? place.order() : 0,
                bytes,
                outcome.toString());
        listeners.forEach(listener -> listener.accept(traced));
    }

    void tellUnread(UUID peer, int bytes, Object outcome) {
        if (!listeners.isEmpty()) {
            TracedPacket traced = new TracedPacket(false, peer, "unknown", "", "", 0, bytes, outcome.toString());
            listeners.forEach(listener -> listener.accept(traced));
        }
    }
}
