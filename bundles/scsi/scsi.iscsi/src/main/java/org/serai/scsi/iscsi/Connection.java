package org.serai.scsi.iscsi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.scsi.iscsi.login.LoginFailure;
import org.serai.scsi.iscsi.login.LoginPhase;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.iscsi.login.Parameters;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.iscsi.session.AsyncEvent;
import org.serai.scsi.iscsi.session.Besides;
import org.serai.scsi.iscsi.session.FullFeature;
import org.serai.scsi.iscsi.session.Link;
import org.serai.scsi.iscsi.session.Session;
import org.serai.scsi.iscsi.session.Wire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection: its login, then its full feature phase, on a thread of its own until the socket closes. */
final class Connection implements Link, Besides {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security.scsi");
    private static final int LOGIN_BUFFER_BYTES = 16 * 1024;
    private static final int BUFFER_BYTES = 512 * 1024;

    /** How long a command waits for those before it that other connections bring. */
    private static final long TURN_MS = 30_000;

    private final SocketChannel channel;
    private final Hall hall;
    private final String peer;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<ByteBuffer> buffers = new ArrayList<>();

    /** Held while PDUs are handled, so that another thread can send one in between. */
    private final ReentrantLock handling = new ReentrantLock();

    private volatile boolean loggedIn;
    private volatile boolean orderly;
    private volatile Optional<Session> session = Optional.empty();
    private volatile Optional<LoginResult> login = Optional.empty();
    private volatile Optional<FullFeature> phase = Optional.empty();
    private volatile Optional<Wire> wire = Optional.empty();

    /** Odd while PDUs are handled. */
    private volatile long rounds;

    Connection(SocketChannel channel, Hall hall) throws IOException {
        this.channel = channel;
        this.hall = hall;
        this.peer = channel.getRemoteAddress().toString();
    }

    /**
     * Runs until the connection is closed; the login's end, good or bad, is told once. Discovery is told as if it were a
     * login to its end, for it may need no proof of who it is.
     */
    void run(Runnable loginEnded) {
        try {
            try {
                login = login();
            } finally {
                if (!isDiscovery()) {
                    loginEnded.run();
                }
            }
            if (login.isPresent()) {
                serve(login.get());
            }
        } catch (ClosedChannelException e) {
            LOG.debug("{} is closed", this);
        } catch (IOException e) {
            say(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("{} ends by an error that nobody expected", this, e);
        } finally {
            end();
            if (isDiscovery()) {
                loginEnded.run();
            }
        }
    }

    private void say(IOException e) {
        if (login.isPresent()) {
            LOG.info("{} ends: {}", this, e.getMessage());
        } else if (e instanceof LoginFailure failure && failure.isRedirection()) {
            LOG.info("{} is sent elsewhere: {}", this, e.getMessage());
        } else {
            SECURITY.warn("{} did not log in: {}", this, e.getMessage());
        }
    }

    private Optional<LoginResult> login() throws IOException {
        PduReader reader =
                new PduReader(channel, Parameters.LOGIN_MAX_DATA_BYTES, buffer(LOGIN_BUFFER_BYTES), false, false);
        PduWriter answers = new PduWriter(channel, buffer(LOGIN_BUFFER_BYTES), false, false);
        return new LoginPhase(reader, answers, hall.doorkeeper()).run(result -> {
            // what it takes to serve, before a session is promised
            int bytes = result.target().isPresent() ? BUFFER_BYTES : LOGIN_BUFFER_BYTES;
            ByteBuffer in = buffer(bytes);
            ByteBuffer out = buffer(bytes);
            login = Optional.of(result);
            Session entered = hall.table().enter(result, this);
            session = Optional.of(entered);
            loggedIn = true;
            prepare(result, entered, in, out);
            return entered.tsih();
        });
    }

    private ByteBuffer buffer(int bytes) throws LoginFailure {
        ByteBuffer buffer = hall.memory()
                .takeForConnection(bytes)
                .orElseThrow(() -> new LoginFailure(
                        LoginFailure.OUT_OF_RESOURCES, "the portal has no memory for a further connection"));
        buffers.add(buffer);
        return buffer;
    }

    private void prepare(LoginResult result, Session entered, ByteBuffer in, ByteBuffer out) {
        Parameters settled = result.parameters();
        PduReader reader = new PduReader(
                channel,
                Parameters.targetMaxDataBytes(isDiscovery()),
                in,
                settled.headerDigest(),
                settled.dataDigest());
        PduWriter answers = new PduWriter(channel, out, settled.headerDigest(), settled.dataDigest());
        Wire settledWire = new Wire(reader, answers, hall.memory(), this, hall.nanoTime());
        wire = Optional.of(settledWire);
        // the last login response goes first, and nobody else writes until it has
        handling.lock();
        phase = Optional.of(new FullFeature(entered, result, hall.discovery(), settledWire));
    }

    private void serve(LoginResult result) throws IOException, InterruptedException {
        handling.unlock();
        PduReader reader = wire.orElseThrow().reader();
        result.reader().handOver(reader);
        LOG.info("{} logged in to {} as {}", this, result.target().orElse("discovery"), result.initiator());
        FullFeature full = phase.orElseThrow();
        while (true) {
            switch (handle(full)) {
                case LOGGED_OUT -> {
                    orderly = true;
                    return;
                }
                case WAITS -> {
                    if (!session.orElseThrow().window().awaitTurn(full.heldCmdSn(), TURN_MS, () -> !channel.isOpen())) {
                        throw new IOException("a command whose predecessors do not come");
                    }
                }
                case DONE -> {
                    if (!reader.fill()) {
                        return;
                    }
                }
            }
        }
    }

    private FullFeature.Round handle(FullFeature full) throws IOException {
        handling.lock();
        rounds++;
        try {
            return full.handleReceived();
        } finally {
            rounds++;
            handling.unlock();
        }
    }

    private void end() {
        while (handling.isHeldByCurrentThread()) {
            handling.unlock();
        }
        close();
        phase.ifPresent(FullFeature::endCommands);
        session.ifPresent(of -> of.remove(this, orderly));
        handling.lock();
        try {
            phase.ifPresent(FullFeature::close);
            buffers.forEach(hall.memory()::give);
            buffers.clear();
        } finally {
            handling.unlock();
        }
        ended.countDown();
    }

    void loginTimedOut() {
        if (!loggedIn || isDiscovery()) {
            SECURITY.warn("{} did not log in, or not out of a discovery session, in time", this);
            close();
        }
    }

    @Override
    public int cid() {
        return login.map(of -> of.identity().cid()).orElse(0);
    }

    @Override
    public Optional<FullFeature> phase() {
        return phase;
    }

    @Override
    public boolean begin(Runnable work) {
        if (!hall.besides().tryAcquire()) {
            return false;
        }
        Thread.ofPlatform().daemon().name("iscsi-long").start(() -> {
            try {
                work.run();
            } finally {
                hall.besides().release();
            }
        });
        return true;
    }

    /** A connection that cannot be written to ends, as it does where its own thread finds that. */
    @Override
    public void answer(Answer answer) {
        handling.lock();
        try {
            if (channel.isOpen()) {
                answer.write();
                wire.orElseThrow().writer().flush();
            }
        } catch (IOException e) {
            LOG.debug("{} is not answered: {}", this, e.getMessage());
            close();
        } finally {
            handling.unlock();
        }
    }

    @Override
    public void awaitIdle(long timeoutMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        long now = rounds;
        while (now % 2 == 1
                && rounds == now
                && !phase.map(FullFeature::managesTasks).orElse(false)
                && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50));
        }
    }

    /** What is written waits for the peer, so this is done by a thread of its own; the end of the waiting is in sight. */
    @Override
    public void tell(AsyncEvent event) {
        Thread teller = Thread.startVirtualThread(() -> say(full -> full.tell(event)));
        try {
            teller.join(hall.tellMs());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the peer for a sign of life, unless there is work under way, which is one. */
    void ping() {
        if (handling.tryLock()) {
            try {
                say(FullFeature::ping);
            } finally {
                handling.unlock();
            }
        }
    }

    /** A word to the initiator. */
    private interface Word {
        void to(FullFeature full) throws IOException;
    }

    private void say(Word word) {
        try {
            if (phase.isPresent() && handling.tryLock(hall.tellMs(), TimeUnit.MILLISECONDS)) {
                try {
                    if (channel.isOpen()) {
                        word.to(phase.get());
                    }
                } finally {
                    handling.unlock();
                }
            }
        } catch (IOException e) {
            LOG.debug("{} could not be told: {}", this, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many PDUs' rounds there were; it stands still while the peer is silent. */
    long rounds() {
        return rounds;
    }

    /** What is being written. */
    Optional<PduWriter> writing() {
        return wire.map(Wire::writer).filter(PduWriter::isWriting);
    }

    boolean isLoggedIn() {
        return loggedIn;
    }

    boolean isDiscovery() {
        return login.map(of -> of.target().isEmpty()).orElse(false);
    }

    String peer() {
        return peer;
    }

    Optional<LoginResult> result() {
        return login;
    }

    @Override
    public void logOut() {
        orderly = true;
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", this, e.getMessage());
        }
        session.ifPresent(of -> of.window().wake());
    }

    @Override
    public boolean awaitEnd(long timeoutMs) {
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
