package org.serai.storage;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** Looking after a pool. A service while this node belongs to a cluster. */
@ProviderType
public interface PoolUpkeep {
    /** Which LU fills what of each PV; {@link StorageError#NOT_SUPPORTED} if the pool's driver cannot tell. */
    List<PvMap> map(String pool);

    /** Checks a pool while it is in use. Units of progress are bytes. */
    PoolCheck check(String pool, Progress progress);

    /** What {@link #repair} would mend, without doing it. */
    Plan planRepair(String pool);

    /** Mends what can be mended without a doubt. Units of progress are bytes. */
    PoolCheck repair(String pool, Progress progress);

    /**
     * The LUs that a pool holds and the VIOS DB does not know, as far as they can be read: made after the backup from
     * which the cluster was restored.
     */
    List<Stray> strays(String pool);

    /**
     * Makes a stray an LU of the cluster, in its pool's default tier, with the data that it has. What the VIOS DB knew of
     * its snapshots is lost; a clone is made independent of its origin. Units of progress are bytes.
     */
    void adopt(Adoption adoption, Progress progress);

    /**
     * An LU without a record.
     *
     * @param origins the LUs of whose data it shows something, since it is a clone
     */
    record Stray(UUID id, long sizeBytes, long usedBytes, Set<UUID> origins) {}

    /**
     * What a stray is to be.
     *
     * @param name unique in the cluster
     * @param clientId the client that it belongs to for its life: who knows whose data it holds says so
     */
    record Adoption(UUID lu, String pool, String name, long clientId, LuKind kind) {}

    /**
     * A PV and what is on it.
     *
     * @param parts in the order of their offsets; what is between them is free
     */
    record PvMap(Pv pv, List<Part> parts) {}

    /**
     * A part of a PV that is given to an LU.
     *
     * @param lu the LU's id
     * @param name its name; empty if it is half made or half deleted
     * @param tier its tier; empty likewise
     */
    record Part(long offset, long length, UUID lu, Optional<String> name, Optional<TierName> tier) {}
}
