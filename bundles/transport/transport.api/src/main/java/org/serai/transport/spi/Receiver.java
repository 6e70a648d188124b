package org.serai.transport.spi;

import java.util.Set;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/** Takes what a transport brings. Calls return at once. */
@ConsumerType
public interface Receiver {
    /** A message. */
    void received(UUID from, byte[] message);

    /** The view has changed: a hint. */
    void viewChanged(Set<UUID> nodes);
}
