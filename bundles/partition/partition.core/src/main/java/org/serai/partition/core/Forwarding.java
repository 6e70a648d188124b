package org.serai.partition.core;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageError;
import org.serai.message.Messages;
import org.serai.partition.PartitionError;
import org.serai.partition.core.json.Json;

/** Operations that another node must do, as messages of topic {@code partition}, and how their answers come back. */
final class Forwarding {
    static final String TOPIC = "partition";

    private Forwarding() {}

    /** An operation that is asked of another node. */
    record Request(String kind, String name, long graceMs) {}

    /**
     * What came of it: an error or the rest.
     *
     * @param revision of the VIOS DB afterwards, so that the asker sees what was done
     * @param failure absent in JSON, and here null, if there is none
     */
    record Reply(
            UUID token,
            Map<String, Long> timesMs,
            String consoleLog,
            List<String> progress,
            long revision,
            Failure failure) {}

    /** An error with all its words. */
    record Failure(String code, Category category, String what, String reason, String action) {
        static Failure of(SeraiException e) {
            return new Failure(e.code().code(), e.code().category(), e.what(), e.reason(), e.action());
        }

        SeraiException asException() {
            ErrorCode known = Arrays.stream(PartitionError.values())
                    .filter(e -> e.code().equals(code))
                    .map(ErrorCode.class::cast)
                    .findFirst()
                    .orElseGet(() -> new RemoteCode(code, category));
            return known.error(what, reason, action);
        }
    }

    /** A code of another domain, which this one has no list of. */
    private record RemoteCode(String code, Category category) implements ErrorCode {}

    /** Asks a node and waits for what came of it. */
    static Reply ask(Messages messages, UUID node, String nodeName, Request request, Duration timeout) {
        byte[] answer;
        try {
            answer = messages.request(node, TOPIC, Json.bytes(request), timeout);
        } catch (SeraiException e) {
            if (e.code() == MessageError.NO_ANSWER || e.code() == MessageError.NOT_CONNECTED) {
                throw PartitionError.TARGET_UNREACHABLE.error(
                        "Node " + nodeName + " cannot be asked for " + request.kind() + " of partition "
                                + request.name(),
                        e.reason(),
                        "look at node:list; whether it was done all the same shows lpar:info " + request.name(),
                        e);
            }
            throw e;
        }
        Reply reply = Json.read(answer, Reply.class);
        if (reply.failure() != null) {
            throw reply.failure().asException();
        }
        return reply;
    }
}
