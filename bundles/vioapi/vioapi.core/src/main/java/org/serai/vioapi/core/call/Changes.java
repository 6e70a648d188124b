package org.serai.vioapi.core.call;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioResponse;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.VioRequest;
import org.serai.vioapi.core.document.Documents;
import org.serai.vioapi.core.object.OperationObjects;
import org.serai.vioapi.core.record.RequestLog;
import org.serai.vioapi.core.record.RequestRow;
import org.serai.vioapi.core.record.RequestRow.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what changes something: once for each request id, in a thread of its own, with a line in the audit log. */
public final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    private static final Logger AUDIT = LoggerFactory.getLogger("org.serai.audit");
    private static final int WAIT_SECONDS = 30;

    private final Documents documents;
    private final RequestLog log;
    private final Executor workers;
    private final Supplier<UUID> random;
    private final OperationObjects operations;
    private final Map<Long, CompletableFuture<VioAnswer>> running = new ConcurrentHashMap<>();

    /**
     * Does it with these workers.
     *
     * @param random makes ids for requests that have none
     */
    public Changes(
            Documents documents, RequestLog log, Executor workers, Supplier<UUID> random, OperationObjects operations) {
        this.documents = documents;
        this.log = log;
        this.workers = workers;
        this.random = random;
        this.operations = operations;
    }

    /** Makes the response of some objects and the request's id. */
    @FunctionalInterface
    interface Responses {
        VioResponse of(List<VioObject> objects, Optional<String> id);
    }

    static int waitSeconds(VioRequest request) {
        return request.option("wait").map(Integer::parseInt).orElse(WAIT_SECONDS);
    }

    VioAnswer once(Caller caller, VioRequest request, Call call, Responses responses) {
        String id = request.option("id").orElseGet(() -> random.get().toString());
        String what = words(request);
        RequestLog.Entry entry = entered(caller, id, request, what);
        RequestRow row = entry.row();
        if (entry.begun()) {
            AUDIT.info("{} at {} asks to {} (request {})", caller.name(), caller.peer(), what, id);
            begin(row, caller, request, call, responses);
        } else if (!row.digest().equals(digest(request))) {
            throw VioApiError.ID_REUSED.error(
                    "The request was not begun",
                    "its id " + id + " was given to another one: " + row.what(),
                    "give each request an id of its own");
        }
        return answer(row, waitSeconds(request), responses);
    }

    /** One at a time: who finds the row of a request that runs here finds what to wait for, too. */
    private synchronized RequestLog.Entry entered(Caller caller, String id, VioRequest request, String what) {
        RequestLog.Entry entry = log.begin(caller.name(), id, digest(request), what);
        if (entry.begun()) {
            running.put(entry.row().number(), new CompletableFuture<>());
        }
        return entry;
    }

    private void begin(RequestRow row, Caller caller, VioRequest request, Call call, Responses responses) {
        CompletableFuture<VioAnswer> done = running.get(row.number());
        workers.execute(() -> {
            VioAnswer answer = done(row, caller, request, call, responses);
            boolean kept = isKept(row, answer);
            done.complete(answer);
            if (kept) {
                running.remove(row.number());
            }
        });
    }

    private VioAnswer done(RequestRow row, Caller caller, VioRequest request, Call call, Responses responses) {
        VioAnswer answer = checked(row, work(row, caller, request, call, responses));
        boolean failed = answer instanceof VioAnswer.VioException;
        AUDIT.info("{}: {} (request {}) {}", caller.name(), row.what(), row.id(), failed ? "failed" : "is done");
        return answer;
    }

    /** Keeps an answer. Where that fails it stays in memory, and whoever asks this node again still gets it. */
    private boolean isKept(RequestRow row, VioAnswer answer) {
        State how = answer instanceof VioAnswer.VioException ? State.FAILED : State.DONE;
        try {
            log.end(row, how, new String(documents.write(Form.JSON, answer), StandardCharsets.UTF_8));
            return true;
        } catch (SeraiException e) {
            LOG.warn("the answer to request {} could not be kept", row.id(), e);
            return false;
        }
    }

    private VioAnswer work(RequestRow row, Caller caller, VioRequest request, Call call, Responses responses) {
        try {
            Asked asked = new Asked(request.objects().getFirst(), caller, new ProgressKeeper(log, row));
            return responses.of(call.work().run(asked), Optional.of(row.id()));
        } catch (SeraiException e) {
            return Documents.exception(e, Optional.of(row.id()));
        } catch (RuntimeException defect) {
            LOG.error("request {} of {} failed: {}", row.id(), caller.name(), row.what(), defect);
            return Documents.exception(
                    VioApiError.INTERNAL.error(
                            "It is not known how much of the request was done",
                            "a defect of this node",
                            "look at the object, and report this with the node's log"),
                    Optional.of(row.id()));
        }
    }

    private VioAnswer checked(RequestRow row, VioAnswer answer) {
        try {
            return documents.checked(answer);
        } catch (SeraiException defect) {
            LOG.error("the answer to request {} is wrong", row.id(), defect);
            return Documents.exception(defect, Optional.of(row.id()));
        }
    }

    /** The first answer, of this node or of another one, or how far it is. */
    private VioAnswer answer(RequestRow row, int waitSeconds, Responses responses) {
        CompletableFuture<VioAnswer> here = running.get(row.number());
        if (here != null) {
            try {
                return here.get(waitSeconds, TimeUnit.SECONDS);
            } catch (TimeoutException goesOn) {
                return running(row, responses);
            } catch (ExecutionException | InterruptedException e) {
                Thread.currentThread().interrupt();
                return running(row, responses);
            }
        }
        RequestRow now = log.row(row.number()).orElse(row);
        if (now.state() != State.RUNNING) {
            if (now.answer().isEmpty()) {
                return responses.of(List.of(operations.of(now)), Optional.of(now.id()));
            }
            return documents.answer(now.answer().getBytes(StandardCharsets.UTF_8));
        }
        if (log.isOver(now)) {
            throw unknown(now);
        }
        return running(now, responses);
    }

    private VioAnswer running(RequestRow row, Responses responses) {
        return responses.of(List.of(operations.of(log.row(row.number()).orElse(row))), Optional.of(row.id()));
    }

    private static SeraiException unknown(RequestRow row) {
        return VioApiError.OUTCOME_UNKNOWN.error(
                "It is not known whether this was done: " + row.what(),
                "the node that did it ended meanwhile",
                "look at the object; to have it done anyway, ask with another id");
    }

    /** For people and for the audit: the call and what names the object. */
    private static String words(VioRequest request) {
        VioObject object = request.objects().getFirst();
        String name = object.text("name")
                .or(() -> object.text("lu"))
                .or(() -> object.text("id"))
                .orElse("");
        return (request.call() + " " + object.type() + " " + name).strip();
    }

    /** Of the call and its objects, in one order of attributes, and not of how long the caller waits. */
    private String digest(VioRequest request) {
        VioRequest bare = new VioRequest(
                request.call(), request.objects().stream().map(Changes::sorted).toList(), Map.of());
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(documents.write(Form.XML, bare.document())));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static VioObject sorted(VioObject object) {
        return new VioObject(
                object.type(),
                new TreeMap<>(object.values()),
                object.parts().stream().map(Changes::sorted).toList());
    }
}
