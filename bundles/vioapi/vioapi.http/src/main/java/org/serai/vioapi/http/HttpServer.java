package org.serai.vioapi.http;

import java.util.Optional;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Role;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioApiError;

/** A Jetty for one way in. The only class, with those that it makes, that needs Jetty to be loaded. */
final class HttpServer implements AutoCloseable {
    private static final int THREADS_MAX = 16;
    private static final int THREADS_MIN = 2;
    private static final int THREAD_IDLE_MS = 10_000;
    private static final int HEADER_BYTES = 8 << 10;
    private static final int REQUESTS_PER_SELECTOR = 1;
    private static final int LOCAL_CONNECTIONS_MAX = 64;
    private static final int LOCAL_STREAMS_MAX = 32;
    private static final long LOCAL_TIMEOUT_MS = 60_000;
    private static final long STOP_MS = 1000;
    private static final String TLS = "TLSv1.3";
    private static final String HTTP = "HTTP/1.1";

    private final Server server;

    private HttpServer(Server server) {
        this.server = server;
    }

    /** Answers at a local socket that listens already; who gets in there administers. */
    static HttpServer local(VioApi api, LocalSocket socket) {
        Server server = server();
        LocalPeers peers = socket.peers();
        SocketConnector connector = new SocketConnector(
                server, socket.channel(), peers, LOCAL_CONNECTIONS_MAX, new HttpConnectionFactory(configuration()));
        Caller caller = new Caller("@" + peers.user(), Role.ADMINISTER, "local socket");
        return started(server, connector, api, _ -> caller, LOCAL_TIMEOUT_MS, LOCAL_STREAMS_MAX);
    }

    /** Answers by HTTPS. */
    static HttpServer https(VioApi api, VioSettings settings, KeyMaterial keys, Callers callers) {
        Server server = server();
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(keys.store());
        tls.setKeyStorePassword(keys.password());
        tls.setIncludeProtocols(TLS);
        HttpConfiguration configuration = configuration();
        // Any name of the host will do: the token says who asks, the certificate who answers.
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        ServerConnector connector = new ServerConnector(
                server,
                1,
                REQUESTS_PER_SELECTOR,
                new SslConnectionFactory(tls, HTTP),
                new HttpConnectionFactory(configuration));
        connector.setHost(settings.address().getHostAddress());
        connector.setPort(settings.port());
        connector.addBean(new NetworkConnectionLimit(settings.maxConnections(), connector));
        return started(server, connector, api, callers, settings.requestTimeoutMs(), settings.maxStreams());
    }

    private static Server server() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, THREADS_MIN, THREAD_IDLE_MS);
        threads.setName("vioapi-http");
        threads.setDaemon(true);
        // A request may wait for long; the platform threads are for the sockets.
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("vioapi-http-"));
        Server server = new Server(threads);
        server.setStopTimeout(STOP_MS);
        // What is no HTTP at all is answered by Jetty itself.
        ErrorHandler errors = new ErrorHandler();
        errors.setShowStacks(false);
        errors.setShowCauses(false);
        server.setErrorHandler(errors);
        return server;
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        configuration.setRequestHeaderSize(HEADER_BYTES);
        return configuration;
    }

    private static HttpServer started(
            Server server, AbstractConnector connector, VioApi api, Callers callers, long timeoutMs, int streamsMax) {
        connector.setIdleTimeout(0); // the deadlines close what is too slow, and nothing that waits for its answer
        Deadlines deadlines = new Deadlines(connector.getScheduler(), timeoutMs);
        connector.addBean(deadlines);
        server.addConnector(connector);
        server.setHandler(new VioHandler(api, callers, deadlines, streamsMax));
        try {
            server.start();
        } catch (Exception e) { // so Jetty declares it
            new HttpServer(server).close();
            throw VioApiError.NOT_LISTENING.error(
                    "The VIOS API does not listen",
                    Optional.ofNullable(e.getCause()).orElse(e).getMessage(),
                    "choose another vioapi.port or vioapi.address, or see who has it",
                    e);
        }
        return new HttpServer(server);
    }

    /** The port that HTTPS listens on. */
    int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) { // so Jetty declares it
            throw new IllegalStateException("the HTTP server did not stop", e);
        }
    }
}
