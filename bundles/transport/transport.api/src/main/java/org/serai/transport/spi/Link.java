package org.serai.transport.spi;

import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.annotation.versioning.ConsumerType;

/** A joined interconnect. Messages of one sender arrive in the order of sending, each at most once, or not at all. */
@ConsumerType
public interface Link extends AutoCloseable {
    /** Where this node listens, {@code host:port}, for the others to find. */
    String address();

    /** Sends to one other node; false if it is not in the view, or is this one. */
    boolean send(UUID node, byte[] message);

    /**
     * Sends the same to several other nodes in the quickest way there is: to each once or not at all, overtaking and
     * overtaken by what is sent otherwise, and without holding back who sends too much. For those who see to it themselves
     * that it arrives.
     *
     * @return those of the nodes that are in the view
     */
    default Set<UUID> sendQuickly(Set<UUID> nodes, byte[] message) {
        return nodes.stream().filter(node -> send(node, message)).collect(Collectors.toUnmodifiableSet());
    }

    /** Sends to all others in the view. */
    void broadcast(byte[] message);

    /** The nodes in the view, this one included. */
    Set<UUID> view();

    /** Leaves. */
    @Override
    void close();
}
