package org.serai.storage.spi;

import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A capability of a {@link PoolStore}: where another node does not reach a PV, it goes through this one, and the other way
 * round by {@link PoolContext#relay}.
 */
@ConsumerType
public interface DirectPvs {
    /**
     * A PV as this node itself reaches it; empty if it does not, or only through a neighbour. Fails with an error once the
     * PV is away, also if it has come back since.
     */
    Optional<PvAccess> direct(UUID pv);

    /** Looks whether PVs that are reached through a neighbour can be reached directly again, and returns to that. */
    void lookForDirect();
}
