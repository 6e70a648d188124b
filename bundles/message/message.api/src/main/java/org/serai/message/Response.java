package org.serai.message;

import java.util.UUID;
import org.serai.ffdc.SeraiException;

/** What a node answered, or why there is no answer. */
public sealed interface Response {
    /** The node that was asked. */
    UUID node();

    /** An answer. */
    record Answer(UUID node, byte[] payload) implements Response {}

    /** An error of the handler, with its code and sentences, or a {@link MessageError} where no answer came. */
    record Failure(UUID node, SeraiException error) implements Response {}
}
