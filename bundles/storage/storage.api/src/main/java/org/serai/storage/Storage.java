package org.serai.storage;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;
import org.serai.cluster.DeathProof;

/** Pools and LUs. A service while this node belongs to a cluster. */
@ProviderType
public interface Storage {
    /** Makes a pool; nothing is left of it if that fails. */
    Pool createPool(PoolSpec spec);

    /** What {@link #createPool} would do, without doing it. */
    Plan planPool(PoolSpec spec);

    /** Deletes a pool without LUs and gives its PVs back; files that were made for the pool are removed. */
    void deletePool(String name);

    /** All pools, ordered by name. */
    List<Pool> pools();

    /** A pool by name; {@link StorageError#NO_SUCH_POOL} otherwise. */
    Pool pool(String name);

    /** Checks a pool's metadata: checksums, no extent given twice, nothing lost; online. */
    PoolCheck check(String pool);

    /** Makes an LU. */
    Lu createLu(LuSpec spec);

    /** Deletes an LU that nobody holds and gives its space back. */
    void deleteLu(String name);

    /** All LUs, ordered by name. */
    List<Lu> lus();

    /** An LU by name; {@link StorageError#NO_SUCH_LU} otherwise. */
    Lu lu(String name);

    /** An LU by id. */
    Optional<Lu> lu(UUID id);

    /**
     * Takes the lock of an LU and opens it.
     *
     * @param clientId the client on whose behalf; {@link StorageError#WRONG_CLIENT} and a line in the security log if
     *     the LU is another one's
     * @param operation for whoever is refused meanwhile
     * @throws org.serai.ffdc.SeraiException {@link StorageError#LU_LOCKED} naming holder and operation
     */
    OpenLu open(UUID lu, long clientId, String operation);

    /** As {@link #open(UUID, long, String)}, for an LU that a node held which is proven dead. */
    OpenLu takeOver(UUID lu, long clientId, String operation, DeathProof proof);
}
