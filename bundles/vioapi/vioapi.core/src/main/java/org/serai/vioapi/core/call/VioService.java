package org.serai.vioapi.core.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.serai.cluster.Cluster;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioResponse;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.VioRequest;
import org.serai.vioapi.core.document.Documents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API of one node: validates, finds out who may, and has it done here or at another node. */
public final class VioService implements VioApi {
    private static final Logger LOG = LoggerFactory.getLogger(VioService.class);
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");
    private static final int AT_ONCE = 64;
    private static final int WAITING_AT_ONCE = 256;
    private static final int READINGS = 200;

    private final Documents documents;
    private final Domains domains;
    private final Calls calls;
    private final Changes changes;
    private final OtherNodes others;
    private final Semaphore places = new Semaphore(AT_ONCE);
    /** Who waits for events keeps nobody else out. */
    private final Semaphore waitingPlaces = new Semaphore(WAITING_AT_ONCE);

    /** Over these services. */
    public VioService(Documents documents, Domains domains, Calls calls, Changes changes, OtherNodes others) {
        this.documents = documents;
        this.domains = domains;
        this.calls = calls;
        this.changes = changes;
        this.others = others;
    }

    @Override
    public String line(VioObject object) {
        return documents.line(object);
    }

    @Override
    public byte[] schema() {
        return documents.schema();
    }

    @Override
    public Exchange exchange(Caller caller, Form form, byte[] document, Form answerForm) {
        VioRequest request;
        try {
            request = documents.request(form, document);
        } catch (SeraiException e) {
            return refusal(e, answerForm);
        }
        return exchange(call(caller, request), answerForm);
    }

    @Override
    public Exchange exchange(VioAnswer answer, Form form) {
        return new Exchange(answer, documents.write(form, answer));
    }

    @Override
    public Exchange refusal(SeraiException error, Form form) {
        return exchange(documents.checked(Documents.exception(error, Optional.empty())), form);
    }

    @Override
    public VioAnswer call(Caller caller, VioRequest request) {
        Optional<String> id = Optional.empty();
        try {
            documents.require(request);
            id = request.option("id");
            return documents.checked(answer(caller, request));
        } catch (SeraiException e) {
            return Documents.exception(e, id);
        } catch (RuntimeException defect) {
            LOG.error("the request {} of {} failed", request.call(), caller.name(), defect);
            return Documents.exception(
                    VioApiError.INTERNAL.error(
                            "The request was not answered", "a defect of this node", "report this with the node's log"),
                    id);
        }
    }

    private VioAnswer answer(Caller caller, VioRequest request) {
        List<Call> wanted = request.objects().stream()
                .map(object -> calls.find(request.call(), object.type()))
                .toList();
        wanted.forEach(call -> requireRole(caller, call));
        Semaphore place = wanted.stream().anyMatch(Call::waits) ? waitingPlaces : places;
        if (!place.tryAcquire()) {
            throw VioApiError.BUSY.error(
                    "The request was not begun", "too many others are being answered", "ask again a little later");
        }
        try {
            Optional<Node> other = other(request);
            if (other.isPresent()) {
                return others.ask(other.get(), caller, request);
            }
            return wanted.getFirst().reads()
                    ? read(caller, request, wanted)
                    : changes.once(caller, request, wanted.getFirst(), this::response);
        } finally {
            place.release();
        }
    }

    private static void requireRole(Caller caller, Call call) {
        if (!caller.role().covers(call.role())) {
            SECURITY.warn(
                    "caller {} at {} with role {} was refused to {} {}",
                    caller.name(),
                    caller.peer(),
                    VioObject.word(caller.role()),
                    call.call(),
                    call.type());
            throw VioApiError.FORBIDDEN.error(
                    "Caller " + caller.name() + " may not " + call.call() + " a " + call.type(),
                    "its role is " + VioObject.word(caller.role()) + ", and this needs " + VioObject.word(call.role()),
                    "use a token with that role: vioapi:token-create NAME --role " + VioObject.word(call.role()));
        }
    }

    private Optional<Node> other(VioRequest request) {
        return request.option("node").flatMap(name -> {
            Membership membership = domains.get(Membership.class);
            Node node = membership.node(name);
            return node.id().equals(membership.self().id()) ? Optional.empty() : Optional.of(node);
        });
    }

    private VioResponse read(Caller caller, VioRequest request, List<Call> wanted) {
        Optional<Database> database = domains.find(Database.class);
        request.option("revision")
                .map(Long::parseLong)
                .ifPresent(least -> database.ifPresent(views -> requireRevision(views, least)));
        if (database.isEmpty() || wanted.stream().anyMatch(Call::waits) || isAboutOneLiveNode(request)) {
            return response(objects(caller, request, wanted), Optional.empty());
        }
        return database.get()
                .steady(READINGS, () -> response(objects(caller, request, wanted), Optional.empty()))
                .orElseThrow(() -> VioApiError.BUSY.error(
                        "The objects could not be read as of one moment",
                        "the VIOS DB was changed each of " + READINGS + " times",
                        "ask again"));
    }

    /** A node's own answer is as of its own moment, and takes too long to be asked for twice. */
    private static boolean isAboutOneLiveNode(VioRequest request) {
        return request.objects().stream().anyMatch(object -> object.values().containsKey("live"));
    }

    private static void requireRevision(Database database, long least) {
        database.catchUp(least);
        if (database.revision() < least) {
            throw VioApiError.UNAVAILABLE.error(
                    "Revision " + least + " cannot be shown yet",
                    "this node has read the VIOS DB up to revision " + database.revision(),
                    "ask again, or another node");
        }
    }

    private List<VioObject> objects(Caller caller, VioRequest request, List<Call> wanted) {
        List<VioObject> objects = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            Asked asked = new Asked(request.objects().get(i), caller, _ -> {});
            objects.addAll(wanted.get(i).work().run(asked));
        }
        return objects;
    }

    private VioResponse response(List<VioObject> objects, Optional<String> id) {
        return new VioResponse(
                objects.size() == 1 && isRunning(objects.getFirst()) && id.isPresent(),
                domains.find(Database.class).map(Database::revision).orElse(0L),
                domains.find(Cluster.class)
                        .map(cluster -> cluster.self().name())
                        .orElse(""),
                id,
                objects);
    }

    private static boolean isRunning(VioObject object) {
        Map<String, Object> values = object.values();
        return object.type().equals("operation") && "running".equals(values.get("state"));
    }
}
