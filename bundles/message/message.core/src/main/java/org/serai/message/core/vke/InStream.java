package org.serai.message.core.vke;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.serai.message.core.packet.Drop;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.SubHeader.Place;

/**
 * What comes from one life of one sender. Two numbers tell what was handed up already; what came too early is held, in a
 * bounded room, until what is before it comes or is given up.
 */
final class InStream {
    private static final int MAX_HELD = 1024;
    private static final long MAX_HELD_BYTES = 16 << 20;

    private final TreeMap<Place, Packet> held =
            new TreeMap<>(Comparator.comparingLong(Place::order).thenComparingLong(Place::loose));
    private long heldBytes;
    private long next;
    private long lastLoose;

    /** Begins with the first packet that is seen: whatever is below its floor will not come any more. */
    InStream(Packet first) {
        next = first.sub().place().floor();
    }

    /** What becomes of a packet that was offered. */
    enum Fate {
        /** Handed up, or dropped for a reason that was told. */
        SETTLED,
        /** Kept until earlier ones have come. */
        HELD,
        /** It was handed up before: its sender may have missed the receipt. */
        AGAIN
    }

    /** Those above. */
    interface Above {
        /** Takes a packet in its order; false if there is no room for it now. */
        boolean take(Packet packet);

        /** Is told of each packet that is dropped. */
        void dropped(Packet packet, Drop reason);
    }

    Fate offer(Packet packet, Above above) {
        Place place = packet.sub().place();
        passOver(place.floor(), above);
        if (place.loose() == 0 && place.order() < next) {
            above.dropped(packet, Drop.DUPLICATE);
            return Fate.AGAIN;
        }
        if (held.containsKey(place)) {
            return settled(packet, Drop.DUPLICATE, above);
        }
        if (place.loose() > 0 && (place.loose() <= lastLoose || place.order() < next - 1)) {
            return settled(packet, Drop.OVERTAKEN, above);
        }
        if (held.isEmpty() && place.loose() == 0 && place.order() == next) {
            handUp(packet, above);
            return Fate.SETTLED;
        }
        if (held.size() >= MAX_HELD || heldBytes + packet.payload().length > MAX_HELD_BYTES) {
            return settled(packet, Drop.HELD_TOO_MANY, above);
        }
        hold(packet);
        release(above);
        return held.containsKey(place) ? Fate.HELD : Fate.SETTLED;
    }

    private static Fate settled(Packet packet, Drop reason, Above above) {
        above.dropped(packet, reason);
        return Fate.SETTLED;
    }

    private void hold(Packet packet) {
        held.put(packet.sub().place(), packet);
        heldBytes += packet.payload().length;
    }

    private Packet letGo(Map.Entry<Place, Packet> entry) {
        held.remove(entry.getKey());
        heldBytes -= entry.getValue().payload().length;
        return entry.getValue();
    }

    /** Nobody waits for messages below the floor; those of them that are held were given up by their sender. */
    private void passOver(long floor, Above above) {
        if (floor <= next) {
            return;
        }
        release(entry -> entry.getKey().order() < floor, (place, packet) -> {
            if (place.loose() == 0) {
                above.dropped(packet, Drop.GIVEN_UP);
            } else {
                handUp(packet, above);
            }
        });
        next = floor;
        release(above);
    }

    private void release(Above above) {
        release(
                entry -> entry.getKey().loose() == 0
                        ? entry.getKey().order() == next
                        : entry.getKey().order() < next,
                (_, packet) -> handUp(packet, above));
    }

    private void release(Predicate<Map.Entry<Place, Packet>> ready, BiConsumer<Place, Packet> to) {
        while (!held.isEmpty() && ready.test(held.firstEntry())) {
            Packet packet = letGo(held.firstEntry());
            to.accept(packet.sub().place(), packet);
        }
    }

    private void handUp(Packet packet, Above above) {
        Place place = packet.sub().place();
        if (!above.take(packet)) {
            // One with receipts is not confirmed and comes again; later ones wait for it.
            above.dropped(packet, Drop.NO_ROOM);
        } else if (place.loose() == 0) {
            next++;
        }
        lastLoose = Math.max(lastLoose, place.loose());
    }
}
