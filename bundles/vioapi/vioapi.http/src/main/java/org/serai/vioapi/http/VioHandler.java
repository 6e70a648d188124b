package org.serai.vioapi.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioResponse;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioApi.Exchange;
import org.serai.vioapi.VioApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources: requests are posted to {@code /vio/1}, {@code /vio/1/events} is a stream of events, and
 * {@code /vio/1/vio.xsd} is the schema.
 */
final class VioHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(VioHandler.class);
    static final String PATH = "/vio/1";
    private static final String SCHEMA = PATH + "/vio.xsd";
    private static final String XML_UTF8 = "application/xml; charset=utf-8";
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(1);

    private final VioApi api;
    private final Callers callers;
    private final Deadlines deadlines;
    private final EventStream events;

    /** @param streamsMax so many peers are told events at once */
    VioHandler(VioApi api, Callers callers, Deadlines deadlines, int streamsMax) {
        this.api = api;
        this.callers = callers;
        this.deadlines = deadlines;
        this.events = new EventStream(api, callers, deadlines, streamsMax);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        Callback last = Callback.from(callback, () -> deadlines.awaited(endPoint));
        Form form = answerForm(request);
        try {
            answer(request, response, last, form, endPoint);
        } catch (SeraiException e) {
            send(response, last, form, api.refusal(e, form));
        } catch (EventStream.Refused e) {
            send(response, last, form, api.exchange(e.answer(), form));
        } catch (IOException e) {
            last.failed(e); // the peer has gone, or was too slow
        } catch (RuntimeException defect) {
            LOG.error("a request by HTTP failed", defect);
            send(response, last, form, api.refusal(internal(), form));
        }
        return true;
    }

    private void answer(Request request, Response response, Callback last, Form form, EndPoint endPoint)
            throws IOException {
        String path = Request.getPathInContext(request);
        if (path.equals(SCHEMA) && HttpMethod.GET.is(request.getMethod())) {
            deadlines.complete(endPoint);
            send(response, last, XML_UTF8, api.schema());
            return;
        }
        if (path.equals(EventStream.PATH) && HttpMethod.GET.is(request.getMethod())) {
            Caller caller = callers.caller(request);
            deadlines.complete(endPoint);
            events.serve(caller, request, response, endPoint);
            last.succeeded();
            return;
        }
        if (!path.equals(PATH) || !HttpMethod.POST.is(request.getMethod())) {
            throw VioApiError.NO_SUCH_PATH.error(
                    "There is no " + request.getMethod() + " " + shown(path),
                    "requests are posted to " + PATH + ", events are got from " + EventStream.PATH
                            + ", and the schema from " + SCHEMA,
                    "look at docs/vioapi.md");
        }
        Caller caller = callers.caller(request);
        Form given = form(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        byte[] document = body(request);
        deadlines.complete(endPoint);
        long beganNs = System.nanoTime();
        Exchange exchange = api.exchange(caller, given, document, form);
        if (isLookedAt(exchange.answer()) && System.nanoTime() - beganNs > LONG_NS) {
            callers.caller(request); // whose token was revoked while it waited is told nothing more
        }
        send(response, last, form, exchange);
    }

    private static SeraiException internal() {
        return VioApiError.INTERNAL.error(
                "The request was not answered", "a defect of this node", "report this with the node's log");
    }

    private static boolean isLookedAt(VioAnswer answer) {
        return answer instanceof VioResponse response && response.id().isEmpty();
    }

    private static byte[] body(Request request) throws IOException {
        if (request.getLength() > VioApi.REQUEST_BYTES_MAX) {
            throw tooLarge();
        }
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] document = in.readNBytes(VioApi.REQUEST_BYTES_MAX + 1);
            if (document.length > VioApi.REQUEST_BYTES_MAX) {
                throw tooLarge();
            }
            return document;
        }
    }

    private static SeraiException tooLarge() {
        return VioApiError.TOO_LARGE.error(
                "The document is not read",
                "it has more than " + VioApi.REQUEST_BYTES_MAX + " bytes",
                "ask for less in one request");
    }

    private static Form form(String contentType) {
        String type =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/xml", "text/xml" -> Form.XML;
            case "application/json" -> Form.JSON;
            default ->
                throw VioApiError.BAD_REQUEST.error(
                        "The document is not read",
                        "its Content-Type is neither application/xml nor application/json",
                        "give one of these");
        };
    }

    /** What is asked for; else as the request is written; else XML. */
    private static Form answerForm(Request request) {
        String asked = String.valueOf(request.getHeaders().get(HttpHeader.ACCEPT)) + ","
                + request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        int json = asked.toLowerCase(Locale.ROOT).indexOf("json");
        int xml = asked.toLowerCase(Locale.ROOT).indexOf("xml");
        return json >= 0 && (xml < 0 || json < xml) ? Form.JSON : Form.XML;
    }

    private static String shown(String path) {
        return path.length() > 80 ? path.substring(0, 80) + "..." : path;
    }

    private static void send(Response response, Callback last, Form form, Exchange exchange) {
        int status = Status.of(exchange.answer());
        response.setStatus(status);
        if (status == Status.UNAUTHENTICATED) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        }
        if (status >= Status.BAD_REQUEST) {
            // What is left of a request that was refused is not read.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        send(response, last, form.mediaType() + "; charset=utf-8", exchange.document());
    }

    private static void send(Response response, Callback last, String type, byte[] document) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, document.length);
        response.write(true, ByteBuffer.wrap(document), last);
    }
}
