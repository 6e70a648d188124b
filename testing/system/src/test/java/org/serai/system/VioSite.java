package org.serai.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.serai.launcher.nodes.NodeProcess;

/** The API of a node as programs reach it. */
record VioSite(NodeProcess node, String url, String certificate, HttpClient client) {
    private static final Duration SOON = Duration.ofSeconds(90);

    static VioSite of(NodeProcess node) {
        String url = "";
        for (JsonNode endpoint : node.json("vioapi:info")) {
            if (endpoint.path("kind").asText().equals("https")) {
                url = endpoint.path("address").asText();
            }
        }
        String certificate = node.exec("vioapi:certificate");
        return new VioSite(
                node,
                url,
                certificate,
                HttpClient.newBuilder().sslContext(trusting(certificate)).build());
    }

    private static SSLContext trusting(String certificate) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "node",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII))));
            TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    String token(String name, String role) {
        return node.json("vioapi:token-create " + name + " --role " + role)
                .path("token")
                .asText();
    }

    /** Posts a document, which is JSON if it begins so. */
    HttpResponse<String> post(String token, String document) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(SOON)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", document.strip().startsWith("{") ? "application/json" : "application/xml")
                .POST(BodyPublishers.ofString(document))
                .build();
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The lines of a stream of events. */
    Stream<String> events(String token, String query) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/events" + query))
                .timeout(SOON)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream")
                .build();
        try {
            return client.send(request, BodyHandlers.ofLines()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Posts a document at the local socket. */
    String local(String document) {
        byte[] body = document.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST /vio/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/xml\r\n"
                        + "Content-Length: " + body.length + "\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(
                    UnixDomainSocketAddress.of(node.instance().resolve("run").resolve("vioapi.sock")));
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            channel.write(ByteBuffer.wrap(body));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request of XML. */
    static String xml(String call) {
        return "<vioRequest xmlns='urn:serai:vio:1'>" + call + "</vioRequest>";
    }
}
