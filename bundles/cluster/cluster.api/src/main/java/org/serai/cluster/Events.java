package org.serai.cluster;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The events of the cluster, kept in the VIOS DB. Every node has all of them. A caller that registers gets each event
 * that fits at least once, whichever nodes fail meanwhile; one that was away for so long that events which it had not got
 * were deleted is told so, and reads the DB anew.
 */
@ProviderType
public interface Events {
    /** The number of the newest event; 0 if there is none. */
    long last();

    /**
     * The events after a number that fit, oldest first, read from the database itself.
     *
     * @param limit how many at most; further ones follow from {@link Batch#upTo}
     */
    Batch after(long number, EventFilter filter, int limit);

    /** The newest events that fit, oldest first. */
    List<Event> newest(EventFilter filter, int limit);

    /** The name of a node; of one that does not belong to the cluster any more the last one that an event tells of it. */
    Optional<String> nodeName(UUID node);

    /**
     * Writes down an alert of what is no change of the VIOS DB. While the database is away it is kept in memory, and
     * written once the database is back; of more than a thousand the oldest are dropped, which the log tells.
     */
    void report(Event.Subject subject, Event.Action action, String object, String name, String text);

    /**
     * Registers a caller by a name; from now on its events are counted. {@link ClusterError#REGISTRATION_CONFLICT} if
     * the name is taken.
     */
    Registered register(String name, EventFilter filter);

    /** Ends a registration. */
    void unregister(String name);

    /** All registrations, ordered by name. */
    List<Registered> registrations();

    /** A registration; {@link ClusterError#NO_SUCH_REGISTRATION} otherwise. */
    Registered registration(String name);

    /** What a registered caller has not acknowledged yet, oldest first. */
    Batch pending(String registration, int limit);

    /** The caller has everything up to that number; an older number than before changes nothing. */
    void acknowledge(String registration, long upTo);

    /**
     * Tells a listener on this node of what fits after a number, one after the other, until the handle is closed. An
     * event at which the listener fails is told again.
     */
    Fence.Registration listen(long after, EventFilter filter, Listener listener);

    /** Tells a listener on this node of what is pending for a registration, and acknowledges each event once it is told. */
    Fence.Registration deliver(String registration, Listener listener);

    /**
     * Events that follow each other for one filter.
     *
     * @param after the number after which they are
     * @param upTo the number up to which nothing else fits; the next question begins here
     * @param missed whether events after {@code after} were deleted before they were read: read the DB anew
     * @param events those that fit
     */
    record Batch(long after, long upTo, boolean missed, List<Event> events) {}

    /**
     * A registered caller.
     *
     * @param acknowledged the number up to which it has its events
     */
    record Registered(String name, EventFilter filter, long acknowledged) {}

    /** Is told of events. */
    @ConsumerType
    @FunctionalInterface
    interface Listener {
        /**
         * An event.
         *
         * @param after the number up to which the listener was told everything before this one: if it is not what it
         *     remembers, it has missed something
         * @param missed whether events between that number and this one were deleted unread
         */
        void event(long after, boolean missed, Event event);
    }
}
