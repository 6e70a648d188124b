package org.serai.vioapi.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.serai.vioapi.Role;
import org.serai.vioapi.VioApi;

/** An HTTPS server of a node before an API of the test's, and a client that trusts it. */
abstract class HttpsRig {
    static final Duration SOON = Duration.ofSeconds(60);
    static final String SECRET = "secret-of-monitoring";

    /** Who shakes hands and asks at once is in time, however busy the host is. */
    static final long HASTY_MS = 6_000;

    @TempDir
    static Path folder;

    static KeyMaterial keys;
    static SSLContext trusting;

    final KnownTokens tokens = new KnownTokens();
    HttpServer server;
    HttpClient client;

    /** What the server is before. */
    abstract VioApi api();

    static VioSettings settings(int connections, int streams, long timeoutMs, int failures) {
        return new VioSettings(
                0,
                "127.0.0.1",
                InetAddress.getLoopbackAddress(),
                Optional.empty(),
                "",
                connections,
                streams,
                timeoutMs,
                failures);
    }

    static KeyMaterial certificate(InstantSource clock) {
        return new Certificates(folder, "Node-A", clock).forAddress(settings(1, 1, 1000, 1));
    }

    @BeforeAll
    static void makeCertificate() throws IOException, GeneralSecurityException {
        keys = certificate(InstantSource.system());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("node", keys.certificate());
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, managers.getTrustManagers(), null);
    }

    @BeforeEach
    final void begin() {
        tokens.create("monitoring", Role.READ, Optional.empty());
        serve(settings(128, 32, 30_000, 10));
        client = HttpClient.newBuilder().sslContext(trusting).build();
    }

    final void serve(VioSettings settings) {
        if (server != null) {
            server.close();
        }
        server = HttpServer.https(
                api(),
                settings,
                keys,
                new TokenCallers(
                        () -> Optional.of(tokens), new PeerGuard(settings.maxFailuresPerMinute(), System::nanoTime)));
    }

    @AfterEach
    final void end() {
        client.shutdownNow();
        server.close();
    }

    final HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path))
                .timeout(SOON);
    }

    /** A connection that has shaken hands. */
    final Socket tls() throws IOException {
        SSLSocket socket =
                (SSLSocket) trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) SOON.toMillis());
        socket.startHandshake();
        return socket;
    }
}
