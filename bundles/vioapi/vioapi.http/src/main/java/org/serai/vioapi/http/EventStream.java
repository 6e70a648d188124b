package org.serai.vioapi.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Fields;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioException;
import org.serai.vioapi.VioAnswer.VioResponse;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.VioRequest;

/**
 * Events as they come, for programs that keep a connection open: server-sent events (HTML, section 9.2). It is nothing
 * but one {@code list event} after the other, so it shows what the caller may see, and misses nothing.
 */
final class EventStream {
    static final String PATH = "/vio/1/events";
    private static final String TYPE = "text/event-stream";
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final Set<String> FILTER =
            Set.of("after", "registration", "kind", "subject", "action", "object", "node");
    private static final int PORTION = 100;
    private static final int WAIT_SECONDS = 15;
    private static final long TOKEN_IS_GOOD_NS = TimeUnit.SECONDS.toNanos(1);

    private final VioApi api;
    private final Callers callers;
    private final Deadlines deadlines;
    private final Semaphore places;

    /** @param streamsMax so many at once */
    EventStream(VioApi api, Callers callers, Deadlines deadlines, int streamsMax) {
        this.api = api;
        this.callers = callers;
        this.deadlines = deadlines;
        this.places = new Semaphore(streamsMax);
    }

    /**
     * Tells events until the peer has gone, or may not be told any more.
     *
     * @param caller who asks, and has just been found out
     * @throws IOException if the peer has gone, or is too slow
     */
    void serve(Caller caller, Request request, Response response, EndPoint endPoint) throws IOException {
        if (!places.tryAcquire()) {
            throw VioApiError.BUSY.error(
                    "No more events are told by this node",
                    "there are too many streams of events already",
                    "ask another node, or a little later; vioapi.maxStreams is the limit");
        }
        try {
            VioObject wanted = wanted(request);
            VioAnswer first = api.call(caller, list(wanted, 0));
            if (first instanceof VioException refused) {
                throw new Refused(refused);
            }
            tell(wanted, (VioResponse) first, request, new Peer(response, endPoint));
        } finally {
            places.release();
        }
    }

    /** What is answered before the stream has begun. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient VioException answer;

        Refused(VioException answer) {
            super(answer.message());
            this.answer = answer;
        }

        VioException answer() {
            return answer;
        }
    }

    /** The filter of the query, from where the peer has got the last time, if it says so. */
    private static VioObject wanted(Request request) {
        VioObject wanted = VioObject.of("event");
        for (Fields.Field field : query(request)) {
            if (!FILTER.contains(field.getName()) || field.hasMultipleValues()) {
                throw VioApiError.BAD_REQUEST.error(
                        "The stream of events is not begun",
                        "the query has " + shown(field.getName()) + (field.hasMultipleValues() ? " twice" : ""),
                        "there are "
                                + String.join(", ", FILTER.stream().sorted().toList()) + ", each once");
            }
            wanted = wanted.with(field.getName(), field.getValue());
        }
        String last = request.getHeaders().get(LAST_EVENT_ID);
        return last == null || last.isBlank() ? wanted : wanted.with("after", last.strip());
    }

    private static Fields query(Request request) {
        try {
            return Request.extractQueryParameters(request, StandardCharsets.UTF_8);
        } catch (RuntimeException unreadable) {
            throw VioApiError.BAD_REQUEST.error(
                    "The stream of events is not begun", "its query cannot be read", "write it as RFC 3986 says");
        }
    }

    private static String shown(String name) {
        return "'" + (name.length() > 40 ? name.substring(0, 40) + "..." : name) + "'";
    }

    /** Without a place to begin the newest event says where that is. */
    private static VioRequest list(VioObject wanted, int waitSeconds) {
        boolean begins =
                wanted.text("after").isEmpty() && wanted.text("registration").isEmpty();
        return VioRequest.of("list", wanted.with("limit", begins ? 1 : PORTION).with("wait", waitSeconds));
    }

    private void tell(VioObject wanted, VioResponse first, Request request, Peer peer) throws IOException {
        VioObject batch = first.objects().getFirst();
        boolean isNew =
                wanted.text("after").isEmpty() && wanted.text("registration").isEmpty();
        peer.write("retry: 2000\n" + (isNew ? position(batch) : text(batch)));
        long askedNs = System.nanoTime();
        Optional<Caller> caller = Optional.empty();
        try {
            while (true) {
                if (caller.isEmpty() || System.nanoTime() - askedNs > TOKEN_IS_GOOD_NS) {
                    caller = Optional.of(callers.caller(request));
                    askedNs = System.nanoTime();
                }
                VioObject next = wanted.with("after", batch.text("upTo").orElseThrow());
                VioAnswer answer = api.call(caller.get(), list(next, WAIT_SECONDS));
                if (answer instanceof VioException failed) {
                    peer.write(end(failed));
                    return;
                }
                if (System.nanoTime() - askedNs > TOKEN_IS_GOOD_NS) {
                    // Whose token was revoked while it waited is told nothing more.
                    caller = Optional.of(callers.caller(request));
                    askedNs = System.nanoTime();
                }
                batch = ((VioResponse) answer).objects().getFirst();
                peer.write(text(batch));
            }
        } catch (SeraiException refused) {
            peer.write(end((VioException) api.refusal(refused, Form.JSON).answer()));
        }
    }

    private String end(VioException why) {
        return "event: vioException\ndata: " + api.line(why.document()) + "\n\n";
    }

    /** A portion; one without events shows the peer that the node lives, and how far it has everything. */
    private String text(VioObject batch) {
        StringBuilder text = new StringBuilder();
        if (batch.text("missed").filter("true"::equals).isPresent()) {
            text.append("event: missed\ndata: ")
                    .append(api.line(new VioObject("events", batch.values(), java.util.List.of())))
                    .append("\n\n");
        }
        for (VioObject event : batch.parts("event")) {
            text.append("id: ").append(event.text("number").orElseThrow()).append("\ndata: ");
            text.append(api.line(event)).append("\n\n");
        }
        return text.append(position(batch)).toString();
    }

    private static String position(VioObject batch) {
        return "id: " + batch.text("upTo").orElseThrow() + "\n\n";
    }

    /** The other end of a stream. Who does not read in time is hung up on. */
    private final class Peer {
        private final Response response;
        private final EndPoint endPoint;

        Peer(Response response, EndPoint endPoint) {
            this.response = response;
            this.endPoint = endPoint;
            response.setStatus(200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        }

        void write(String text) throws IOException {
            deadlines.awaited(endPoint);
            Content.Sink.write(response, false, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            deadlines.complete(endPoint);
        }
    }
}
