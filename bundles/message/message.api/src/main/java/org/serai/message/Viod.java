package org.serai.message;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The messaging daemon of this node, a service while the node is a member: sends messages of every sort and tells what
 * became of them. {@link Messages} is the short way to the two sorts that are used most.
 *
 * <p>Messages of one sender with receipts are handed up in the order in which they were sent, each once, however often
 * it was sent again; those without may be lost. Nothing here blocks. Futures are completed on the thread that brings the
 * news: what depends on them must not wait for anything.
 */
@ProviderType
public interface Viod {
    /** Sends a message whose responses, if any, are gathered. */
    default Sending send(Message message) {
        return send(message, _ -> {});
    }

    /**
     * Sends a message and returns at once.
     *
     * @param caller gets each response when it comes, or the error that stands for it
     * @throws org.serai.ffdc.SeraiException {@link MessageError#TOO_LARGE}; {@link MessageError#BAD_MESSAGE};
     *     {@link MessageError#TOO_MANY} if so much waits for receipts already that there is no room for another
     */
    Sending send(Message message, Consumer<Response> caller);

    /** Counts, latencies and queues since the start of the node. */
    MessageStats stats();

    /** Tells of every packet that comes or goes from now on, until the tracing is closed. Returns at once. */
    Tracing trace(Consumer<TracedPacket> listener);

    /** A listener that is in force until it is closed. */
    interface Tracing extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * A message on its way.
     *
     * @param transaction unique in the cluster and over time
     * @param receipts done when every target has confirmed or is given up; at once, and without entries, if no receipts
     *     were asked for
     * @param responses done when every target has answered or failed, or the time is over; at once, and empty, if no
     *     response was asked for. Ordered by node
     */
    record Sending(
            String transaction,
            CompletableFuture<Receipts> receipts,
            CompletableFuture<java.util.List<Response>> responses) {}
}
