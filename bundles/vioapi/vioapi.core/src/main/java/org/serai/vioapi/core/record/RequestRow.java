package org.serai.vioapi.core.record;

import java.util.UUID;
import org.serai.database.Table;

/** A row of vio_request. */
@Table("vio_request")
public record RequestRow(
        long number,
        String requestKey,
        String id,
        String caller,
        String digest,
        String what,
        State state,
        UUID node,
        UUID incarnation,
        String progress,
        String answer) {
    /** How a request stands. */
    public enum State {
        /** It is being done. */
        RUNNING,
        /** It was done. */
        DONE,
        /** It failed. */
        FAILED
    }

    /** The same with its answer. */
    public RequestRow ended(State how, String with) {
        return new RequestRow(number, requestKey, id, caller, digest, what, how, node, incarnation, progress, with);
    }

    /** The same, further on. */
    public RequestRow at(String sentence) {
        return new RequestRow(number, requestKey, id, caller, digest, what, state, node, incarnation, sentence, answer);
    }
}
