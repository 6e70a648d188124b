package org.serai.simulator.kernel;

/** Something is true that must never be. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String invariant) {
        super(invariant);
    }
}
