package org.serai.scsi.iscsi;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.iscsi.login.Parameters;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.iscsi.session.FullFeature;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.NexusOwner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection: its login, then its full feature phase, on a thread of its own until the socket closes. */
final class Connection implements NexusOwner {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security.scsi");
    private static final int LOGIN_BUFFER_BYTES = 16 * 1024;
    private static final int BUFFER_BYTES = 512 * 1024;
    private static final long DROP_MS = 1000;

    private final SocketChannel channel;
    private final Sessions sessions;
    private final String peer;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Held while PDUs are handled, so that another thread can send one in between. */
    private final ReentrantLock handling = new ReentrantLock();

    private volatile boolean loggedIn;
    private volatile Optional<FullFeature> session = Optional.empty();
    private Optional<Nexus> nexus = Optional.empty();

    Connection(SocketChannel channel, Sessions sessions) throws IOException {
        this.channel = channel;
        this.sessions = sessions;
        this.peer = channel.getRemoteAddress().toString();
    }

    /** Runs until the connection is closed; the login's end, good or bad, is told once. */
    void run(Runnable loginEnded) {
        Optional<LoginResult> login = Optional.empty();
        try {
            try {
                login = login();
            } finally {
                loginEnded.run();
            }
            if (login.isPresent()) {
                serve(login.get());
            }
        } catch (ClosedChannelException e) {
            LOG.debug("{} is closed", this);
        } catch (IOException e) {
            say(login.isPresent(), e);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("{} ends by an error that nobody expected", this, e);
        } finally {
            end();
        }
    }

    private void say(boolean afterLogin, IOException e) {
        if (afterLogin) {
            LOG.info("{} ends: {}", this, e.getMessage());
        } else {
            SECURITY.warn("{} did not log in: {}", this, e.getMessage());
        }
    }

    private Optional<LoginResult> login() throws IOException {
        PduReader reader = new PduReader(channel, Parameters.LOGIN_MAX_DATA_BYTES, LOGIN_BUFFER_BYTES, false, false);
        PduWriter writer = new PduWriter(channel, LOGIN_BUFFER_BYTES, false, false);
        return sessions.login(reader, writer).run(result -> {
            nexus = sessions.open(result, this);
            loggedIn = true;
            return sessions.nextTsih();
        });
    }

    private void serve(LoginResult login) throws IOException {
        Parameters settled = login.parameters();
        PduReader reader = new PduReader(
                channel, Parameters.TARGET_MAX_DATA_BYTES, BUFFER_BYTES, settled.headerDigest(), settled.dataDigest());
        login.reader().handOver(reader);
        PduWriter writer = new PduWriter(channel, BUFFER_BYTES, settled.headerDigest(), settled.dataDigest());
        FullFeature phase = new FullFeature(login, nexus, sessions.targets(), sessions.portal(), reader, writer);
        LOG.info("{} logged in to {} as {}", this, login.target().orElse("discovery"), login.initiator());
        handling.lock();
        try {
            session = Optional.of(phase);
        } finally {
            handling.unlock();
        }
        while (handle(phase) && reader.fill()) {
            // every round handles what the one before has read
        }
    }

    private boolean handle(FullFeature phase) throws IOException {
        handling.lock();
        try {
            return phase.handleReceived();
        } finally {
            handling.unlock();
        }
    }

    private void end() {
        close();
        nexus.ifPresent(Nexus::close);
        sessions.ended(this);
        ended.countDown();
    }

    void loginTimedOut() {
        if (!loggedIn) {
            SECURITY.warn("{} did not log in in time", this);
            close();
        }
    }

    /** The target went away: the initiator is told, if it listens, and the connection closed. */
    @Override
    public void dropped() {
        try {
            // should the peer not take what is written, this ends the waiting for it
            sessions.deadlines().schedule(this::close, DROP_MS, TimeUnit.MILLISECONDS);
            if (handling.tryLock(DROP_MS, TimeUnit.MILLISECONDS)) {
                try {
                    if (session.isPresent()) {
                        session.get().announceDrop();
                    }
                } finally {
                    handling.unlock();
                }
            }
        } catch (IOException | RejectedExecutionException e) {
            LOG.debug("{} could not be told that its target is gone: {}", this, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /** Without a session no command waits yet. Does not wait for the connection's thread, which may wait for its peer. */
    @Override
    public void abort(long lun) {
        session.ifPresent(phase -> phase.abort(lun));
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", this, e.getMessage());
        }
    }

    /** Whether its thread is through with it, after at most that time. */
    boolean awaitEnd(long timeoutMs) {
        try {
            return ended.await(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String toString() {
        return "iSCSI connection from " + peer;
    }
}
