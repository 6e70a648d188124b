package org.serai.transport.fault;

/** What a fault does to a message. Nobody is told. */
public enum Effect {
    /** It is lost; with 100 % a partition. */
    LOSE,
    /** It comes twice. */
    DOUBLE,
    /** It comes so much later, and what follows it not before it. */
    DELAY,
    /** It comes so much later, and what follows it may come before it. */
    REORDER;

    boolean takesTime() {
        return this == DELAY || this == REORDER;
    }
}
