package org.serai.scsi.iscsi;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.serai.scsi.ScsiError;
import org.serai.scsi.iscsi.login.Doorkeeper;
import org.serai.scsi.iscsi.pdu.Memory;
import org.serai.scsi.iscsi.session.Discovery;
import org.serai.scsi.spi.Targets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening socket and its connections, each with a thread of its own; limits what peers can do that have not logged in. */
final class Portal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Portal.class);
    private static final int BACKLOG = 128;
    private static final long ACCEPT_RETRY_MS = 100;
    private static final long CLOSE_MS = 5000;

    /** How many commands that last are executed at once; further ones are told that the task set is full. */
    private static final int LONG_COMMANDS = 64;

    private final Settings settings;
    private final ServerSocketChannel server;
    private final String address;
    private final Hall hall;
    private final SessionTable table;
    private final Admissions admissions;
    private final Vigil vigil;
    private final LongSupplier nanoTime;
    private final Thread acceptor;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("iscsi-deadlines").factory());

    Portal(
            Settings settings,
            Targets targets,
            RandomGenerator secureRandom,
            InstantSource clock,
            LongSupplier nanoTime,
            long tellMs) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.server = listen(settings);
        this.address = address(settings, server);
        this.table = new SessionTable(targets, clock);
        this.hall = new Hall(
                new Doorkeeper(targets, settings.discoveryAuthentication(), secureRandom),
                table,
                new Discovery(targets, address),
                new Memory(settings.bufferBytes()),
                new Semaphore(LONG_COMMANDS),
                tellMs,
                nanoTime);
        this.admissions = new Admissions(settings.maxLogins(), settings.maxLoginsPerAddress());
        this.vigil = new Vigil(settings.idleMs(), settings.pingTimeoutMs(), nanoTime);
        long everyMs = Math.max(10, Math.min(settings.idleMs(), settings.pingTimeoutMs()) / 4);
        deadlines.scheduleWithFixedDelay(() -> vigil.look(connections), everyMs, everyMs, TimeUnit.MILLISECONDS);
        this.acceptor = Thread.ofPlatform().daemon().name("iscsi-accept").start(this::accept);
    }

    /** The sessions, for operators. */
    SessionsView sessions() {
        return new SessionsView(table, deadlines, nanoTime);
    }

    /** How much memory is in use. */
    long usedBytes() {
        return hall.memory().usedBytes();
    }

    private static ServerSocketChannel listen(Settings settings) {
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return channel.bind(settings.address(), BACKLOG);
        } catch (IOException e) {
            closeQuietly(channel);
            throw ScsiError.PORT_IN_USE.error(
                    "The iSCSI portal cannot listen at " + settings.host() + ":"
                            + settings.address().getPort(),
                    String.valueOf(e.getMessage()),
                    "set iscsi.port to a free port, or 0 for any, or end the process that has it; iscsi.host must be an"
                            + " address of this host",
                    e);
        }
    }

    private static void closeQuietly(ServerSocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.debug("a socket that could not listen could not be closed either", e);
        }
    }

    private static String address(Settings settings, ServerSocketChannel server) {
        String host = settings.address().getAddress() instanceof Inet6Address
                        && settings.host().contains(":")
                ? "[" + settings.host() + "]"
                : settings.host();
        return host + ":" + server.socket().getLocalPort();
    }

    String address() {
        return address;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                admit(server.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("the iSCSI portal {} cannot take a connection: {}", address, e.getMessage());
                pause();
            }
        }
    }

    /** Too many open files, for example: trying again at once would only burn time. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(ACCEPT_RETRY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        InetAddress peer = channel.socket().getInetAddress();
        if (connections.size() >= settings.maxConnections() || !admissions.begins(peer)) {
            LOG.warn("a connection from {} is closed: there are too many", peer);
            channel.close();
            return;
        }
        Connection connection;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            connection = new Connection(channel, hall);
        } catch (IOException e) {
            admissions.ended(peer);
            channel.close();
            throw e;
        }
        connections.add(connection);
        ScheduledFuture<?> deadline =
                deadlines.schedule(connection::loginTimedOut, settings.loginTimeoutMs(), TimeUnit.MILLISECONDS);
        Thread.ofPlatform().daemon().name("iscsi-" + number.incrementAndGet()).start(() -> {
            try {
                connection.run(() -> {
                    deadline.cancel(false);
                    admissions.ended(peer);
                });
            } finally {
                connections.remove(connection);
            }
        });
        if (!server.isOpen()) {
            connection.close();
        }
    }

    /** Ends all sessions; returns when no thread of a connection runs any more, or says which one does. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("the iSCSI portal {} could not be closed: {}", address, e.getMessage());
        }
        awaitAcceptor();
        connections.forEach(Connection::close);
        connections.forEach(connection -> {
            if (!connection.awaitEnd(CLOSE_MS)) {
                LOG.warn("{} still executes a command", connection);
            }
        });
        deadlines.shutdownNow();
    }

    /** The kernel keeps the port for as long as a thread waits in accept; the next portal may want the same one. */
    private void awaitAcceptor() {
        try {
            if (!acceptor.join(Duration.ofMillis(CLOSE_MS))) {
                LOG.warn("the iSCSI portal {} still takes a connection", address);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
