package org.serai.storage;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The PVs of pools. A service while this node belongs to a cluster. */
@ProviderType
public interface Pvs {
    /** All PVs of all pools, ordered by pool and position. */
    List<Pv> pvs();

    /** The PVs of a pool. */
    List<Pv> pvs(String pool);

    /** What a change would do, without doing it. */
    Plan plan(PvChange change);

    /**
     * Does a change. Draining takes long; units of progress are bytes. Nodes move what they hold themselves, which is
     * waited for. Cancelled or failed it can be repeated at any node and goes on where it was; {@link
     * StorageError#PV_NOT_EMPTY} names what could not be moved, who holds it and for what. A PV that is gone for good is
     * given up only with leave to drop data if LUs have something on it; the refusal names them.
     */
    void apply(PvChange change, Progress progress);

    /** How much of what an LU shows was lost with PVs that were given up; its size if nothing of it can be read. */
    long lostBytes(Lu lu);
}
