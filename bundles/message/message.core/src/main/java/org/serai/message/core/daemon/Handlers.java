package org.serai.message.core.daemon;

import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageError;
import org.serai.message.MessageHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the handler of a topic and runs it; whatever it throws becomes an error with a code. */
public final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    private final Lookup lookup;

    /** Handlers that are found there. */
    public Handlers(Lookup lookup) {
        this.lookup = lookup;
    }

    /** Where handlers are found. */
    public interface Lookup {
        /** The handler of that topic at this moment. */
        Optional<MessageHandler> of(String topic);
    }

    /** The handler's answer; a topic without a handler is an error. */
    public byte[] answer(UUID from, String topic, byte[] payload) {
        MessageHandler handler = lookup.of(topic)
                .orElseThrow(() -> MessageError.HANDLER_FAILED.error(
                        "The request '" + topic + "' was not handled",
                        "no bundle of the asked node handles this topic",
                        "see with driver:why what is missing on that node"));
        return answer(handler, from, topic, payload);
    }

    private static byte[] answer(MessageHandler handler, UUID from, String topic, byte[] payload) {
        try {
            return handler.handle(from, payload);
        } catch (SeraiException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("The handler of '{}' failed on a message of node {}", topic, from, e);
            throw MessageError.HANDLER_FAILED.error(
                    "The request '" + topic + "' was not handled",
                    "its handler failed: " + e,
                    "look into the log of the asked node",
                    e);
        }
    }

    /** Hands a broadcast to its handler, if there is one. */
    public void hear(UUID from, String topic, byte[] payload) {
        try {
            lookup.of(topic).ifPresent(handler -> answer(handler, from, topic, payload));
        } catch (SeraiException e) {
            LOG.warn("A broadcast '{}' of node {} was not handled: {}", topic, from, e.getMessage());
        }
    }
}
