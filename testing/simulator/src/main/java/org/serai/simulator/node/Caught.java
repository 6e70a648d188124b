package org.serai.simulator.node;

import java.util.Optional;
import java.util.function.Consumer;

/** Has something befall the next node that is between a look at what it may do and doing it. */
public final class Caught {
    private Optional<Place> at = Optional.empty();
    private Consumer<NodeProcess> what = _ -> {};
    private int happened;

    /** Where a node can be caught. */
    public enum Place {
        /** It has found its gate open, and is about to write to an LU. */
        WRITE,
        /** It has found its gate open, and is about to begin the transaction by which it takes something. */
        TRANSACTION
    }

    /** From now on, until it has happened. */
    public void arm(Place place, Consumer<NodeProcess> befalling) {
        at = Optional.of(place);
        what = befalling;
    }

    /** It does not happen any more. */
    public void disarm() {
        at = Optional.empty();
    }

    /** A task of a process is there. */
    void passes(Place place, NodeProcess process) {
        if (at.filter(place::equals).isPresent() && (place == Place.WRITE || process.isTaking())) {
            at = Optional.empty();
            happened++;
            what.accept(process);
            process.life().waitNs(1);
        }
    }

    /** How often it has happened. */
    public int happened() {
        return happened;
    }
}
