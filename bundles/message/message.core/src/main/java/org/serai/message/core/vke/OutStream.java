package org.serai.message.core.vke;

import java.util.Optional;
import org.serai.message.core.packet.SubHeader.Place;

/**
 * What this life of this node sends to one node: who comes after whom, and what may still come. Messages are confirmed
 * nearly in their order, so those that are open take a ring of places.
 */
final class OutStream {
    private static final int FIRST_LENGTH = 16;

    /** From the first that is open to the last that was begun, by order; null where it has ended. */
    private RcArray[] open = new RcArray[FIRST_LENGTH];

    private long first = 1;
    private long last;
    private long loose;

    /** The order of a new message with receipts; open until it is {@link #end ended}. */
    long begin(RcArray array) {
        if (++last - first == open.length) {
            grow();
        }
        open[at(open, last)] = array;
        return last;
    }

    private static int at(RcArray[] ring, long order) {
        return (int) (order & ring.length - 1);
    }

    private void grow() {
        RcArray[] longer = new RcArray[2 * open.length];
        for (long order = first; order < last; order++) {
            longer[at(longer, order)] = open[at(open, order)];
        }
        open = longer;
    }

    /** The order of the last message with receipts. */
    long last() {
        return last;
    }

    /** The RC array of the first message that is open. */
    Optional<RcArray> first() {
        return firstUpTo(last);
    }

    /** The RC array of the first message that is open, if its order is not above this one. */
    Optional<RcArray> firstUpTo(long order) {
        return first > last || first > order ? Optional.empty() : Optional.of(open[at(open, first)]);
    }

    /** It was confirmed or given up: nobody waits for it any more. */
    void end(long order) {
        if (order >= first) {
            open[at(open, order)] = null;
            while (first <= last && open[at(open, first)] == null) {
                first++;
            }
        }
    }

    /** Where a message with receipts stands if it is sent now. */
    Place at(long order) {
        return new Place(order, 0, first);
    }

    /** Where a message without receipts stands. */
    Place atEnd() {
        return new Place(last, ++loose, first);
    }
}
