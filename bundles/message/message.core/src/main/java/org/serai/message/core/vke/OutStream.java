package org.serai.message.core.vke;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.serai.message.core.packet.SubHeader.Place;

/** What this life of this node sends to one node: who comes after whom, and what may still come. */
final class OutStream {
    private final TreeMap<Long, Long> open = new TreeMap<>();
    private long last;
    private long loose;

    /**
     * The order of a new message with receipts; open until it is {@link #end ended}.
     *
     * @param reference of its RC array
     */
    long begin(long reference) {
        open.put(++last, reference);
        return last;
    }

    /** The order of the last message with receipts. */
    long last() {
        return last;
    }

    /** The RC array of the first message that is open. */
    Optional<Long> first() {
        return firstUpTo(last);
    }

    /** The RC array of the first message that is open, if its order is not above this one. */
    Optional<Long> firstUpTo(long order) {
        Map.Entry<Long, Long> first = open.firstEntry();
        return first == null || first.getKey() > order ? Optional.empty() : Optional.of(first.getValue());
    }

    /** It was confirmed or given up: nobody waits for it any more. */
    void end(long order) {
        open.remove(order);
    }

    /** Where a message with receipts stands if it is sent now. */
    Place at(long order) {
        return new Place(order, 0, floor());
    }

    /** Where a message without receipts stands. */
    Place atEnd() {
        return new Place(last, ++loose, floor());
    }

    private long floor() {
        return open.isEmpty() ? last + 1 : open.firstKey();
    }
}
