package org.serai.transport.jgroups;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives out only connections whose other end has proved that it is a member. JGroups reads the first bytes of each on the
 * one thread that accepts: whoever said nothing, or one byte a second, would keep all others out. Here each handshake has
 * a thread of its own and a deadline, and there are only so many at a time.
 */
final class GuardedServerSocket extends ServerSocket {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedServerSocket.class);
    private static final int HANDSHAKES_MAX = 64;
    private static final long HANDSHAKE_MS = 3_000;
    private static final long LOOK_AGAIN_MS = 500;

    private final SSLSocketFactory tls;
    private final Semaphore room = new Semaphore(HANDSHAKES_MAX);
    private final BlockingQueue<Socket> admitted = new LinkedBlockingQueue<>();

    /** Not bound yet. */
    GuardedServerSocket(SSLSocketFactory tls) throws IOException {
        this.tls = tls;
    }

    @Override
    public void bind(SocketAddress endpoint, int backlog) throws IOException {
        super.bind(endpoint, backlog);
        Thread.ofPlatform().name("serai-transport-door").daemon().start(this::receive);
    }

    /** A connection of a member. */
    @Override
    public Socket accept() throws IOException {
        try {
            while (!isClosed()) {
                Socket next = admitted.poll(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    return next;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new SocketException("Socket closed");
    }

    private void receive() {
        while (!isClosed()) {
            try {
                Socket connection = super.accept();
                if (room.tryAcquire()) {
                    Thread.ofVirtual().start(() -> examine(connection));
                } else {
                    LOG.debug("{} is turned away: too many handshakes", connection.getRemoteSocketAddress());
                    connection.close();
                }
            } catch (IOException e) {
                if (!isClosed()) {
                    LOG.warn("A connection to the transport's port was not accepted: {}", e.toString());
                }
            }
        }
    }

    private void examine(Socket connection) {
        CountDownLatch done = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> end(connection, done));
        try {
            SSLSocket secured = (SSLSocket) tls.createSocket(
                    connection, connection.getInetAddress().getHostAddress(), connection.getPort(), true);
            secured.setUseClientMode(false);
            secured.setNeedClientAuth(true);
            secured.startHandshake();
            done.countDown();
            admitted.add(secured);
            if (isClosed()) {
                secured.close();
            }
        } catch (IOException e) {
            done.countDown();
            close(connection);
            LOG.debug("{} is no member of this cluster: {}", connection.getRemoteSocketAddress(), e.toString());
        } finally {
            room.release();
        }
    }

    /** Closes the connection if its handshake takes too long, however busy the other end keeps it. */
    private static void end(Socket connection, CountDownLatch done) {
        try {
            if (!done.await(HANDSHAKE_MS, TimeUnit.MILLISECONDS)) {
                close(connection);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close(connection);
        }
    }

    private static void close(Socket connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("A connection could not be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        for (Socket waiting = admitted.poll(); waiting != null; waiting = admitted.poll()) {
            close(waiting);
        }
    }
}
