package org.serai.database;

/** The body of a transaction. It may be run more than once, so it touches nothing but the transaction. */
@FunctionalInterface
public interface Work<R> {
    /** Does the work; what it throws rolls everything back. */
    R in(Transaction transaction);
}
