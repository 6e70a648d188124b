package org.serai.vioapi.core.object;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.storage.LongWork;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioException;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Asked;
import org.serai.vioapi.core.call.Call;
import org.serai.vioapi.core.call.Domains;
import org.serai.vioapi.core.document.Documents;
import org.serai.vioapi.core.record.RequestLog;
import org.serai.vioapi.core.record.RequestRow;
import org.serai.vioapi.core.record.RequestRow.State;

/** What goes on: requests that change something, and long work on storage, wherever they are done. */
public final class OperationObjects {
    private final Domains domains;
    private final Documents documents;
    private final RequestLog log;

    /** Over these services and that log. */
    public OperationObjects(Domains domains, Documents documents, RequestLog log) {
        this.domains = domains;
        this.documents = documents;
        this.log = log;
    }

    /** What can be asked. */
    public List<Call> calls() {
        return List.of(
                Call.list("operation", _ -> all()),
                Call.get("operation", this::get),
                Call.operate("cancel", "operation", this::cancel));
    }

    private List<VioObject> all() {
        List<VioObject> all = new ArrayList<>(domains.get(LongWork.class).entries().stream()
                .map(OperationObjects::of)
                .toList());
        log.all().forEach(row -> all.add(of(row)));
        return all;
    }

    private List<VioObject> get(Asked asked) {
        String id = asked.text("id");
        List<VioObject> found =
                new ArrayList<>(log.of(id).stream().map(this::of).toList());
        domains.get(LongWork.class).entries().stream()
                .filter(entry -> entry.token().toString().equals(id))
                .forEach(entry -> found.add(of(entry)));
        if (found.isEmpty()) {
            throw VioApiError.NOT_FOUND.error(
                    "There is no operation " + id,
                    "no request has that id and no long work that token, or it has been forgotten",
                    "list the operations");
        }
        return found;
    }

    private List<VioObject> cancel(Asked asked) {
        String id = asked.text("id");
        try {
            domains.get(LongWork.class).cancel(UUID.fromString(id));
        } catch (IllegalArgumentException noToken) {
            throw VioApiError.NOT_FOUND.error(
                    "There is no long work " + id, "this is no token", "list the operations of the kind work");
        }
        return List.of();
    }

    private static VioObject of(LongWork.Entry entry) {
        String state = entry.cancelled() ? "cancelled" : entry.running() ? "running" : "lost";
        return VioObject.of("operation")
                .with("id", entry.token())
                .with("kind", "work")
                .with("what", entry.what())
                .with("node", entry.nodeName())
                .with("state", state)
                .with("done", entry.done())
                .with("total", entry.total());
    }

    /** A request. */
    public VioObject of(RequestRow row) {
        String node = domains.get(Membership.class)
                .node(row.node())
                .map(Node::name)
                .orElse(row.node().toString());
        VioObject shown = VioObject.of("operation")
                .with("id", row.id())
                .with("kind", "request")
                .with("what", row.what())
                .with("node", node)
                .with("state", log.isOver(row) ? "lost" : VioObject.word(row.state()))
                .with("caller", row.caller())
                .with("progress", Optional.of(row.progress()).filter(text -> !text.isEmpty()));
        if (row.state() != State.FAILED || row.answer().isEmpty()) {
            return shown;
        }
        VioAnswer answer = documents.answer(row.answer().getBytes(StandardCharsets.UTF_8));
        return answer instanceof VioException failed
                ? shown.with("code", failed.code())
                        .with("message", failed.message())
                        .with("cause", failed.cause())
                        .with("action", failed.action())
                : shown;
    }
}
