package org.serai.vioapi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.serai.vioapi.Role;
import org.serai.vioapi.VioApi;

/** HTTPS with friends and foes. */
class HttpsTest extends HttpsRig {
    private static final String XML = "application/xml";

    private final Echo api = new Echo();

    @Override
    VioApi api() {
        return api;
    }

    /** Nobody waits any more when the rig ends. */
    @AfterEach
    void letGo() {
        api.waits.countDown();
    }

    private HttpRequest.Builder post(String secret, String body) {
        return to("/vio/1")
                .header("Authorization", "Bearer " + secret)
                .header("Content-Type", XML)
                .POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aCallerWithATokenIsAnswered() throws Exception {
        HttpResponse<String> answer = send(post("secret-of-monitoring", "<hello/>"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("XML XML monitoring <hello/>");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/xml; charset=utf-8");
        assertThat(answer.headers().firstValue("Server")).isEmpty();
        assertThat(api.caller.get().role()).isEqualTo(Role.READ);
        assertThat(api.caller.get().peer()).isEqualTo("127.0.0.1");
    }

    @Test
    void theFormIsNegotiated() throws Exception {
        assertThat(send(post("secret-of-monitoring", "x").header("Accept", "application/json"))
                        .body())
                .startsWith("XML JSON ");
        assertThat(send(post("secret-of-monitoring", "x").setHeader("Content-Type", "application/json; charset=utf-8"))
                        .body())
                .startsWith("JSON JSON ");
        assertThat(send(post("secret-of-monitoring", "x").setHeader("Content-Type", "text/plain"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whoHasNoTokenIsToldSoAndNothingElse() throws Exception {
        HttpResponse<String> none =
                send(to("/vio/1").header("Content-Type", XML).POST(BodyPublishers.ofString("<hello/>")));
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(send(post("wrong", "<hello/>")).statusCode()).isEqualTo(401);
        assertThat(send(to("/vio/1").header("Authorization", "Basic eDp5").POST(BodyPublishers.ofString("")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(api.asked).hasValue(0);
    }

    @Test
    void aRevokedTokenIsRefusedAtTheNextRequestOfAnOpenConnection() throws Exception {
        assertThat(send(post("secret-of-monitoring", "x")).statusCode()).isEqualTo(200);
        tokens.revoke("monitoring");
        assertThat(send(post("secret-of-monitoring", "x")).statusCode()).isEqualTo(401);
    }

    @Test
    void whoGuessesTokensIsShutOutForAWhileEvenWithTheRightOne() throws Exception {
        serve(settings(128, 32, 30_000, 3));
        for (int i = 0; i < 3; i++) {
            assertThat(send(post("guess-" + i, "x")).statusCode()).isEqualTo(401);
        }
        HttpResponse<String> shutOut = send(post("secret-of-monitoring", "x"));
        assertThat(shutOut.statusCode()).isEqualTo(429);
        assertThat(api.asked).hasValue(0);
    }

    @Test
    void theSchemaIsThereForEverybodyAndNothingElseIs() throws Exception {
        assertThat(send(to("/vio/1/vio.xsd").GET()).body()).isEqualTo("<schema/>");
        for (String path : new String[] {"/", "/vio", "/vio/2", "/vio/1/../../etc/passwd", "/vio/1/vio.xsd/.."}) {
            assertThat(send(to(path).GET()).statusCode()).as(path).isIn(400, 404);
        }
        assertThat(send(to("/vio/1").GET()).statusCode()).isEqualTo(404);
    }

    @Test
    void aBodyThatIsTooLargeIsNotTakenWhetherItSaysSoOrNot() throws Exception {
        byte[] large = new byte[10 << 20];
        assertRefused(post("secret-of-monitoring", "").POST(BodyPublishers.ofByteArray(large)));
        assertRefused(post("secret-of-monitoring", "")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));
        assertThat(api.asked).hasValue(0);
        byte[] full = new byte[VioApi.REQUEST_BYTES_MAX];
        assertThat(send(post("secret-of-monitoring", "").POST(BodyPublishers.ofByteArray(full)))
                        .statusCode())
                .isEqualTo(200);
    }

    /** The node ends the connection early: some clients see the answer, others only that. */
    private void assertRefused(HttpRequest.Builder request) throws Exception {
        try {
            assertThat(send(request).statusCode()).isEqualTo(413);
        } catch (IOException ended) {
            assertThat(ended).isNotInstanceOf(HttpTimeoutException.class);
        }
    }

    @Test
    void whoSendsHeadersByteByByteIsHungUpOn() throws Exception {
        serve(settings(128, 32, HASTY_MS, 10));
        try (Socket slow = tls()) {
            CompletableFuture<Integer> end = CompletableFuture.supplyAsync(() -> read(slow));
            slow.getOutputStream().write("POST /vio/1 HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            slow.getOutputStream().flush();
            await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
                write(slow, 'x');
                return end.isDone();
            });
            assertThat(end.join()).isEqualTo(-1);
        }
    }

    @Test
    void whoSendsABodyByteByByteIsHungUpOn() throws Exception {
        serve(settings(128, 32, HASTY_MS, 10));
        try (Socket slow = tls()) {
            CompletableFuture<Integer> end = CompletableFuture.supplyAsync(() -> read(slow));
            slow.getOutputStream()
                    .write(("POST /vio/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret-of-monitoring\r\n"
                                    + "Content-Type: application/xml\r\nContent-Length: 1000000\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            slow.getOutputStream().flush();
            await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
                write(slow, 'x');
                return end.isDone();
            });
            assertThat(api.asked).hasValue(0);
        }
    }

    @Test
    void whoConnectsAndDoesNotEvenShakeHandsIsHungUpOn() throws Exception {
        serve(settings(128, 32, HASTY_MS, 10));
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            silent.setSoTimeout((int) SOON.toMillis());
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whoWaitsForAnAnswerIsNotHungUpOn() throws Exception {
        serve(settings(128, 32, HASTY_MS, 10));
        // Hands are shaken by then, which counts as well.
        assertThat(send(post("secret-of-monitoring", "x")).statusCode()).isEqualTo(200);
        api.waits = new CountDownLatch(1);
        var answer = client.sendAsync(post("secret-of-monitoring", "x").build(), BodyHandlers.ofString());
        await().atMost(SOON).until(() -> api.asked.get() == 2);
        // Meanwhile somebody silent is hung up on, so that more time than that has passed.
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            silent.setSoTimeout((int) SOON.toMillis());
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
        api.waits.countDown();
        assertThat(answer.get().statusCode()).isEqualTo(200);
    }

    @Test
    void beyondTheLimitConnectionsWait() throws Exception {
        serve(settings(2, 32, 600_000, 10));
        Socket one = tls();
        try (Socket two = tls()) {
            assertThat(one.isConnected() && two.isConnected()).isTrue();
            var third = client.sendAsync(post("secret-of-monitoring", "x").build(), BodyHandlers.ofString());
            assertThatThrownBy(() -> third.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            one.close();
            assertThat(third.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatIsNoHttpIsRefusedWithoutTellingWhatIsInside() throws Exception {
        for (String nonsense : new String[] {
            "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
            "hello\r\n\r\n",
            "POST /vio/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"
        }) {
            try (Socket socket = tls()) {
                socket.getOutputStream().write(nonsense.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("Exception", "\tat ");
            }
        }
        assertThat(api.asked).hasValue(0);
    }

    @Test
    void olderTlsAndStrangersCertificatesAreRefused() throws Exception {
        SSLParameters old = new SSLParameters(null, new String[] {"TLSv1.2"});
        try (HttpClient before =
                HttpClient.newBuilder().sslContext(trusting).sslParameters(old).build()) {
            assertThatThrownBy(
                            () -> before.send(post("secret-of-monitoring", "x").build(), BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
        try (HttpClient strict = HttpClient.newHttpClient()) {
            assertThatThrownBy(
                            () -> strict.send(post("secret-of-monitoring", "x").build(), BodyHandlers.ofString()))
                    .isInstanceOf(SSLHandshakeException.class);
        }
        assertThat(api.asked).hasValue(0);
    }

    @Test
    void theCertificateNamesTheNodeAndIsKeptAndPrivate() throws Exception {
        KeyMaterial again = certificate(InstantSource.system());
        assertThat(again.fingerprint()).isEqualTo(keys.fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
        assertThat(String.valueOf(keys.certificate().getSubjectAlternativeNames()))
                .contains("node-a", "localhost", "127.0.0.1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("vioapi.p12"))))
                .isEqualTo("rw-------");
        assertThat(keys.pem()).startsWith("-----BEGIN CERTIFICATE-----\n").endsWith("-----END CERTIFICATE-----\n");
        KeyMaterial late = certificate(
                InstantSource.fixed(keys.certificate().getNotAfter().toInstant().plusSeconds(1)));
        assertThat(late.fingerprint()).isNotEqualTo(keys.fingerprint());
        keys = late;
        makeCertificate();
    }

    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException reset) {
            return -1;
        }
    }

    private static void write(Socket socket, int letter) {
        try {
            socket.getOutputStream().write(letter);
            socket.getOutputStream().flush();
        } catch (IOException hungUp) {
            assertThat(hungUp).isNotNull();
        }
    }
}
