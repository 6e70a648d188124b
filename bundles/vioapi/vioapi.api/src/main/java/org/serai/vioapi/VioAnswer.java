package org.serai.vioapi;

import java.util.List;
import java.util.Optional;

/** What comes back. */
public sealed interface VioAnswer {
    /** The document. */
    VioObject document();

    /**
     * What was asked for.
     *
     * @param running whether what was asked for goes on, as the operation that is among the objects
     * @param revision the revision of the VIOS DB that the answer shows, all of it; 0 without a cluster
     * @param node the name of the node that answered
     * @param id of a request that changed something: its id, which the answer to a repeated one has too
     */
    record VioResponse(boolean running, long revision, String node, Optional<String> id, List<VioObject> objects)
            implements VioAnswer {
        /** Keeps a copy. */
        public VioResponse {
            objects = List.copyOf(objects);
        }

        @Override
        public VioObject document() {
            return VioObject.of("vioResponse")
                    .with("status", running ? "running" : "done")
                    .with("revision", revision)
                    .with("answeredBy", node)
                    .with("id", id)
                    .with(objects);
        }
    }

    /**
     * Why it was not done: a document, nothing that is thrown.
     *
     * @param code the stable code, for example {@code SERAI-LU-0003}
     * @param category who can mend it: {@code user}, {@code retry}, {@code operator}, {@code fatal}
     * @param message what happened
     * @param cause why
     * @param action what to do about it
     * @param id of a request that was to change something: its id
     */
    record VioException(String code, String category, String message, String cause, String action, Optional<String> id)
            implements VioAnswer {
        @Override
        public VioObject document() {
            return VioObject.of("vioException")
                    .with("code", code)
                    .with("category", category)
                    .with("message", message)
                    .with("cause", cause)
                    .with("action", action)
                    .with("id", id);
        }
    }
}
