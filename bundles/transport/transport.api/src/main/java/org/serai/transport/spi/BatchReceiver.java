package org.serai.transport.spi;

import java.util.List;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/** A receiver that is quicker with many messages at once. Transports that have single ones use it as any other. */
@ConsumerType
public interface BatchReceiver extends Receiver {
    /** Messages of one node that came together, in their order. */
    void received(UUID from, List<byte[]> messages);
}
