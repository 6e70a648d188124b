package org.serai.vioapi.core.call;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.Role;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioException;
import org.serai.vioapi.VioAnswer.VioResponse;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioRequest;
import org.serai.vioapi.core.document.Documents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that another node shall answer, as messages of topic {@code vioapi}. Members trust each other: the node that
 * the caller asked has found out who it is and says so.
 */
public final class OtherNodes implements MessageHandler {
    /** The topic. */
    public static final String TOPIC = "vioapi";

    private static final Logger LOG = LoggerFactory.getLogger(OtherNodes.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final Documents documents;
    private final Domains domains;
    private final Supplier<VioApi> here;

    /** @param here answers what other nodes ask */
    public OtherNodes(Documents documents, Domains domains, Supplier<VioApi> here) {
        this.documents = documents;
        this.domains = domains;
        this.here = here;
    }

    /** A request on its way. */
    record Envelope(String caller, Role role, String peer, String request) {}

    VioAnswer ask(Node node, Caller caller, VioRequest request) {
        Duration wait = Duration.ofSeconds(Changes.waitSeconds(request)).plus(MARGIN);
        try {
            byte[] payload = JSON.writeValueAsBytes(new Envelope(
                    caller.name(),
                    caller.role(),
                    caller.peer(),
                    new String(documents.write(Form.JSON, request.document()), StandardCharsets.UTF_8)));
            byte[] answer = domains.get(Messages.class).request(node.id(), TOPIC, payload, wait);
            VioAnswer read = documents.answer(answer);
            if (read instanceof VioResponse response) {
                domains.find(Database.class).ifPresent(database -> database.catchUp(response.revision()));
            }
            return read;
        } catch (SeraiException e) {
            throw VioApiError.UNAVAILABLE.error(
                    "Node " + node.name() + " did not answer",
                    e.what() + ": " + e.reason(),
                    "look at node:list; a request that changes something can be repeated with its id",
                    e);
        } catch (IOException e) {
            throw new IllegalStateException("an envelope is always written", e);
        }
    }

    @Override
    public byte[] handle(UUID from, byte[] payload) {
        try {
            Envelope envelope = JSON.readValue(payload, Envelope.class);
            VioRequest request = documents.request(Form.JSON, envelope.request().getBytes(StandardCharsets.UTF_8));
            Caller caller = new Caller(envelope.caller(), envelope.role(), envelope.peer() + " by node " + from);
            return documents.write(Form.JSON, here.get().call(caller, request));
        } catch (SeraiException e) {
            return documents.write(Form.JSON, Documents.exception(e, java.util.Optional.empty()));
        } catch (IOException e) {
            LOG.warn("a request of node {} is not understood", from, e);
            VioException refused = Documents.exception(
                    VioApiError.BAD_REQUEST.error(
                            "The request was not understood",
                            "node " + from + " writes requests in another way",
                            "run the same version on all nodes"),
                    java.util.Optional.empty());
            return documents.write(Form.JSON, refused);
        }
    }
}
