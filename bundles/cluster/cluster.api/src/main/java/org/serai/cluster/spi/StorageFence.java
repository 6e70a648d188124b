package org.serai.cluster.spi;

import java.io.IOException;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/** The capability of a pool's storage to refuse everything that an incarnation of a node still writes. */
@ConsumerType
public interface StorageFence {
    /** After the return no write of that incarnation reaches the pool any more. */
    void fence(UUID node, UUID incarnation) throws IOException;
}
