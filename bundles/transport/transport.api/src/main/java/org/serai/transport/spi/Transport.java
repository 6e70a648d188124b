package org.serai.transport.spi;

import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;

/** A transport driver: a service with the property {@code transport.driver}. */
@ConsumerType
public interface Transport {
    /**
     * What goes over the wire, for example {@code jgroups+tls}: members understand each other only if theirs is the same.
     * Letters, digits, {@code +} and {@code -}.
     */
    String wire();

    /** Joins the interconnect of a cluster. */
    Link join(Settings settings, Receiver receiver);

    /**
     * How to join.
     *
     * @param cluster members of other clusters are not heard
     * @param node this node
     * @param secret shared by the members: authenticates and encrypts
     * @param peers where other members may listen, {@code host:port}, asked again when needed
     */
    record Settings(UUID cluster, UUID node, byte[] secret, Supplier<List<String>> peers) {}
}
