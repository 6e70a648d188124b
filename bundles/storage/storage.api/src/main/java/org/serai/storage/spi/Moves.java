package org.serai.storage.spi;

import java.util.Set;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;
import org.serai.storage.Progress;

/** A capability of an {@link LuStore}: its data move to other PVs while it is in use. */
@ConsumerType
public interface Moves {
    /**
     * Moves everything of the LU, its snapshots and its map included, onto those PVs; new space comes from them from the
     * call on. Ended early, by an error, a full tier or a crash, the LU is whole and the call can be repeated.
     *
     * @param pvs where its space may be; empty for all of the pool
     * @param needed snapshots that clones read which are open on other nodes: if anything of them had to move,
     *     {@link org.serai.storage.StorageError#SNAPSHOT_IN_USE} before anything is moved
     */
    void place(Set<UUID> pvs, Set<UUID> needed, Progress progress);
}
