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

    private final Room ofAll;
    private final Room room = new Room(MAX_HELD, MAX_HELD_BYTES);
    private final TreeMap<Place, Packet> held =
            new TreeMap<>(Comparator.comparingLong(Place::order).thenComparingLong(Place::loose));
    private long next;
    private long lastLoose;

    /**
     * Begins with the first packet that is seen: whatever is below its floor will not come any more.
     *
     * @param ofAll what all streams hold together
     */
    InStream(Packet first, Room ofAll) {
        this.ofAll = ofAll;
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
        if (isNext(place)) {
            // What the others wait for needs no room: without it they would keep theirs.
            handUp(packet, above);
            release(above);
            return Fate.SETTLED;
        }
        return hold(packet) ? Fate.HELD : settled(packet, Drop.HELD_TOO_MANY, above);
    }

    private boolean isNext(Place place) {
        return place.loose() == 0 ? place.order() == next : place.order() < next;
    }

    private static Fate settled(Packet packet, Drop reason, Above above) {
        above.dropped(packet, reason);
        return Fate.SETTLED;
    }

    private boolean hold(Packet packet) {
        int bytes = packet.payload().length;
        if (!room.take(bytes)) {
            return false;
        }
        if (!ofAll.take(bytes)) {
            room.give(bytes);
            return false;
        }
        held.put(packet.sub().place(), packet);
        return true;
    }

    private Packet letGo(Map.Entry<Place, Packet> entry) {
        held.remove(entry.getKey());
        int bytes = entry.getValue().payload().length;
        room.give(bytes);
        ofAll.give(bytes);
        return entry.getValue();
    }

    /** Its sender is forgotten, with what it holds. */
    void forget() {
        held.values().forEach(packet -> ofAll.give(packet.payload().length));
        held.clear();
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
        release(entry -> isNext(entry.getKey()), (_, packet) -> handUp(packet, above));
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
