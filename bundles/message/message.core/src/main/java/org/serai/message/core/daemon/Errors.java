package org.serai.message.core.daemon;

import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageError;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.vke.Registry;

/** The sentences of the daemon's errors. */
final class Errors {
    private Errors() {}

    static SeraiException badMessage(int topicBytes, int originatorBytes, int targets) {
        return MessageError.BAD_MESSAGE.error(
                "The message cannot be built",
                "its topic has " + topicBytes + " bytes, its originator " + originatorBytes + ", its targets are "
                        + targets,
                "give a topic of 1 to " + Packet.MAX_TEXT_BYTES + " bytes, an originator of at most as many, and at"
                        + " most " + Packet.MAX_TARGETS + " targets, or send to all");
    }

    static SeraiException tooLarge(String topic, int bytes) {
        return MessageError.TOO_LARGE.error(
                "The message '" + topic + "' was not sent",
                "it has " + bytes + " bytes",
                "send at most " + Packet.MAX_PAYLOAD_BYTES + " bytes, and the rest through the pool");
    }

    static SeraiException tooMany(String topic, int messages, long bytes) {
        return MessageError.TOO_MANY.error(
                "The message '" + topic + "' was not sent",
                "so much waits for receipts already: at most " + messages + " messages, " + (bytes >> 20) + " MiB",
                "wait for some of their receipts, then try again; msg:stats shows what waits");
    }

    static SeraiException noAnswer(String topic, UUID node, String cause) {
        return MessageError.NO_ANSWER.error(
                "The request '" + topic + "' to node " + node + " has no answer",
                cause,
                "look in the database whether it was done, then try again");
    }

    /** Of a node that did not confirm. */
    static SeraiException notConnected(String topic, UUID node, Registry registry) {
        Optional<String> other = registry.otherWire(node);
        return other.map(wire -> otherTransport(topic, node, wire))
                .orElseGet(() -> MessageError.NOT_CONNECTED.error(
                        "The request '" + topic + "' did not get through to node " + node,
                        "the node has confirmed nothing, or the transport does not see it",
                        "see that the node runs; cluster:status shows who is seen"));
    }

    static SeraiException otherTransport(String topic, UUID node, String wire) {
        return MessageError.OTHER_TRANSPORT.error(
                "The message '" + topic + "' was not sent to node " + node,
                "that node listens on the transport " + wire + ", and this one does not",
                "set transport.driver, and transport.tls, alike on all nodes of the cluster");
    }

    static SeraiException unreadable(UUID node) {
        return MessageError.HANDLER_FAILED.error(
                "Node " + node + " answered with an error",
                "the error itself cannot be read",
                "look into the log of that node");
    }
}
