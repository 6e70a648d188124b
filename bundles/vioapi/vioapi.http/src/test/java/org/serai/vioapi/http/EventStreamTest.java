package org.serai.vioapi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.serai.vioapi.VioApi;

/** Events as they come, by HTTPS. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventStreamTest extends HttpsRig {
    private final Teller api = new Teller();

    @Override
    VioApi api() {
        return api;
    }

    private HttpRequest.Builder get(String query) {
        return to("/vio/1/events" + query)
                .header("Authorization", "Bearer " + SECRET)
                .header("Accept", "text/event-stream");
    }

    private HttpResponse<InputStream> open(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofInputStream());
    }

    private static BufferedReader lines(HttpResponse<InputStream> stream) {
        assertThat(stream.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
    }

    /** What is told up to a line, without what only says that the node lives. */
    private static List<String> until(BufferedReader lines, String last) throws IOException {
        List<String> told = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            told.add(line);
            if (line.equals(last)) {
                return told;
            }
        }
        throw new AssertionError("it ended before '" + last + "': " + told);
    }

    private static Map<String, Object> filter(Teller api, int request) {
        return api.asked.get(request).objects().getFirst().values();
    }

    @Test
    void itBeginsNowAndTellsWhatComes() throws Exception {
        api.answers.add(() -> Teller.events(6, 7, false, 3, 7));
        api.answers.add(() -> Teller.events(7, 9, false, 3, 8, 9));
        api.answers.add(() -> Teller.events(9, 12, false, 0));
        HttpResponse<InputStream> stream = open(get("?kind=alert&subject=node"));
        assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(until(lines(stream), "id: 12"))
                .containsExactly(
                        "retry: 2000",
                        "id: 7",
                        "",
                        "id: 8",
                        "data: {number=8,text=xxx}",
                        "",
                        "id: 9",
                        "data: {number=9,text=xxx}",
                        "",
                        "id: 9",
                        "",
                        "id: 12");
        assertThat(filter(api, 0)).doesNotContainKey("after").containsEntry("kind", "alert");
        assertThat(filter(api, 1))
                .containsEntry("after", "7")
                .containsEntry("kind", "alert")
                .containsEntry("subject", "node");
        assertThat(filter(api, 2)).containsEntry("after", "9");
    }

    @Test
    void whoComesBackIsToldWhatItMissed() throws Exception {
        api.answers.add(() -> Teller.events(3, 4, false, 1, 4));
        BufferedReader lines = lines(open(get("?after=1&registration=scheduler").header("Last-Event-ID", "3")));
        assertThat(until(lines, "data: {number=4,text=x}"))
                .containsExactly("retry: 2000", "id: 4", "data: {number=4,text=x}");
        assertThat(filter(api, 0)).containsEntry("after", "3").containsEntry("registration", "scheduler");
    }

    @Test
    void whatWasDeletedUnreadIsToldAsMissed() throws Exception {
        api.answers.add(() -> Teller.events(1, 51, true, 1, 51));
        assertThat(until(lines(open(get("?after=1"))), "data: {number=51,text=x}"))
                .containsExactly(
                        "retry: 2000",
                        "event: missed",
                        "data: {after=1,last=51,missed=true,upTo=51}",
                        "",
                        "id: 51",
                        "data: {number=51,text=x}");
    }

    @Test
    void whoMayNotOrAsksForWhatThereIsNotIsAnsweredAndNotTold() throws Exception {
        assertThat(open(get("").setHeader("Authorization", "Bearer guessed")).statusCode())
                .isEqualTo(401);
        assertThat(open(get("?limit=3")).statusCode()).isEqualTo(400);
        assertThat(raw("/vio/1/events?object=%zz")).startsWith("HTTP/1.1 400");
        assertThat(open(get("?kind=alert&kind=lifecycle")).statusCode()).isEqualTo(400);
        assertThat(api.asked).isEmpty();
        api.answers.add(() -> Teller.refused("SERAI-VIO-0004", "user"));
        HttpResponse<InputStream> refused = open(get("?after=x"));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(new String(refused.body().readAllBytes(), StandardCharsets.UTF_8))
                .endsWith(" vioException");
    }

    private String raw(String path) throws IOException {
        try (Socket socket = tls()) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + SECRET + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aRevokedTokenEndsIt() throws Exception {
        BufferedReader lines = lines(open(get("?after=1")));
        until(lines, "id: 1");
        tokens.revoke("monitoring");
        List<String> told = until(lines, "event: vioException");
        assertThat(told).noneMatch(line -> line.startsWith("data:"));
        assertThat(lines.readLine()).startsWith("data: {").contains("code=SERAI-VIO-0003");
        assertThat(lines.readLine()).isEmpty();
        assertThat(lines.readLine()).isNull();
    }

    @Test
    void whatCannotBeReadAnyMoreEndsItWithTheReason() throws Exception {
        api.answers.add(() -> Teller.events(1, 1, false, 0));
        api.answers.add(() -> Teller.refused("SERAI-DB-0001", "retry"));
        BufferedReader lines = lines(open(get("?after=1")));
        until(lines, "event: vioException");
        assertThat(lines.readLine()).contains("code=SERAI-DB-0001");
        assertThat(lines.readLine()).isEmpty();
        assertThat(lines.readLine()).isNull();
    }

    @Test
    void thereAreNotMoreThanTheLimitAndWhoGoesMakesRoom() throws Exception {
        serve(settings(128, 1, 30_000, 10));
        HttpResponse<InputStream> first = open(get("?after=1"));
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(open(get("?after=1")).statusCode()).isEqualTo(429);
        first.body().close();
        await().atMost(SOON).until(() -> open(get("?after=1")).statusCode() == 200);
    }

    @Test
    void whoDoesNotReadIsHungUpOn() throws Exception {
        serve(settings(128, 1, HASTY_MS, 10));
        api.otherwise = () -> Teller.events(1, 1, false, 1 << 20, 1);
        try (Socket slow = tls()) {
            slow.getOutputStream()
                    .write(("GET /vio/1/events?after=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + SECRET
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            slow.getOutputStream().flush();
            assertThat(slow.getInputStream().read()).isEqualTo('H');
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> open(get("?after=1")).statusCode() == 200);
        }
    }
}
