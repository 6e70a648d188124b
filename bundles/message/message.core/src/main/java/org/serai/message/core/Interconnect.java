package org.serai.message.core;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.serai.cluster.Membership;
import org.serai.database.Database;
import org.serai.message.MessageHandler;
import org.serai.message.core.daemon.Daemon;
import org.serai.message.core.daemon.Handlers;
import org.serai.message.core.daemon.Patience;
import org.serai.message.core.daemon.Requests;
import org.serai.transport.spi.Transport;

/** The messages of a member: the daemon, the way to the others, and the hints that the database has gone on. */
public final class Interconnect implements AutoCloseable {
    private final Handlers.Lookup handlers;
    private final Machinery machinery;
    private final Map<Database, RevisionHints> hints = new ConcurrentHashMap<>();
    private final Daemon daemon;
    private final Requests requests;
    private final Connector connector;

    /** Of a member, without a transport. */
    public Interconnect(Membership membership, Handlers.Lookup handlers, Machinery machinery) {
        this.handlers = handlers;
        this.machinery = machinery;
        UUID self = membership.self().id();
        Registered registered = new Registered(membership, machinery.nanoClock());
        daemon = new Daemon(
                self,
                registered,
                new Handlers(this::handler),
                machinery.threads(),
                machinery.random(),
                machinery.nanoClock(),
                (delayMs, task) -> machinery.alarm().schedule(task, delayMs, TimeUnit.MILLISECONDS),
                Patience.USUAL);
        requests = new Requests(self, daemon, registered);
        connector = new Connector(membership, registered, daemon.vke(), machinery.connecting());
    }

    /**
     * Time, chance and threads.
     *
     * @param threads run handlers
     * @param alarm for deadlines
     * @param connecting one thread, ended with the interconnect
     */
    public record Machinery(
            Executor threads,
            ScheduledExecutorService alarm,
            ScheduledExecutorService connecting,
            RandomGenerator random,
            LongSupplier nanoClock) {}

    private Optional<MessageHandler> handler(String topic) {
        return topic.equals(RevisionHints.TOPIC)
                ? hints.values().stream().findFirst().map(MessageHandler.class::cast)
                : handlers.of(topic);
    }

    /** The upper half. */
    public Daemon daemon() {
        return daemon;
    }

    /** The short way. */
    public Requests requests() {
        return requests;
    }

    /** Joins over a transport. */
    public void use(Transport transport) {
        connector.use(Optional.of(transport));
    }

    /** Leaves if that transport is the present one. */
    public void unless(Transport gone) {
        connector.unless(gone);
    }

    /** Tells the others when this database goes on, and it when they do. */
    public void hint(Database database) {
        hints.put(database, new RevisionHints(database, requests, machinery.threads()));
    }

    /** No more. */
    public void hintNoMore(Database database) {
        Optional.ofNullable(hints.remove(database)).ifPresent(RevisionHints::close);
    }

    @Override
    public void close() {
        hints.values().forEach(RevisionHints::close);
        connector.close();
    }
}
