package org.serai.database;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The VIOS DB. A service while this node belongs to a cluster. An acknowledged write is on disk, survives the death of
 * any process, and is in this node's views when {@link #write} returns.
 */
@ProviderType
public interface Database extends AutoCloseable {
    /** Runs a write transaction; an engine's serialisation failure is tried again, a lost connection is not. */
    <R> R write(Work<R> work);

    /** Runs a read-only transaction on the database itself, for callers to whom a view is not fresh enough. */
    <R> R read(Work<R> work);

    /** This node's copy of a table; the first call reads it, later calls are free. */
    <T extends Record> View<T> view(Class<T> type);

    /**
     * Reads several views as of one revision: reads again if a commit became visible meanwhile. The reading may be done
     * more than once, and changes nothing.
     *
     * @param tries how often at most
     * @return empty if a commit came each time
     */
    <R> Optional<R> steady(int tries, Supplier<R> reading);

    /** The revision that the local views have reached. */
    long revision();

    /**
     * The last commit that the local views have, in one line. Who keeps it and gives it to a later opening is told if the
     * database has gone back behind it.
     */
    String seen();

    /** Brings the views to at least that revision, if the database can be reached; a hint that is behind is free. */
    void catchUp(long revision);

    /** Registers a listener until the returned handle is closed. */
    Registration onChange(ChangeListener listener);

    /**
     * Registers who looks into the database when it has gone back behind the local views, which nobody else may read then:
     * called with a read-only transaction about once a second as long as that lasts, until the returned handle is closed.
     */
    Registration onGoneBack(Consumer<Transaction> looking);

    /** Registers what writes along with the changes of rows that this node makes, until the returned handle is closed. */
    Registration alongside(RowObserver observer);

    /** All that the database holds at this instant, by one read-only transaction. */
    Archive archive();

    /** Whether the database can be used, and the engine's name and place without any secret. */
    Status status();

    @Override
    void close();

    /** Ends a registration. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * What is known of the database.
     *
     * @param engine the product's name and version
     * @param place where it is, without any secret
     * @param reachable whether the last statement reached it, and its schema is none that only newer nodes know
     * @param revision the revision of the local views
     * @param trouble why it cannot be used; empty if it can
     */
    record Status(String engine, String place, boolean reachable, long revision, Optional<String> trouble) {}
}
