package org.serai.storage;

import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;
import org.serai.cluster.DeathProof;

/** The locks of LUs and their sub-partitions. A service while this node belongs to a cluster. */
@ProviderType
public interface Locks {
    /** The locks that are held anywhere in the cluster, ordered by LU and sub-partition. */
    List<LuLock> locks();

    /** Why an LU cannot be had, and what could be done. */
    LockExplanation explain(String lu);

    /**
     * Breaks the locks of an LU and of its sub-partitions whose holder is dead: waits until that is proven, fences it on
     * storage where the storage can, and gives the locks back in its place.
     *
     * @param progress is told about once a second what is being waited for
     * @return the locks that were broken; empty if it was free
     * @throws org.serai.ffdc.SeraiException {@link org.serai.cluster.ClusterError#ALIVE} if a holder lives;
     *     {@link org.serai.cluster.ClusterError#NO_PROOF} if nothing proves its death
     */
    List<LuLock> breakLock(String lu, Consumer<String> progress);

    /** As above with a proof that the caller has: {@link org.serai.cluster.ClusterError#OWNED} if it is of another incarnation. */
    List<LuLock> breakLock(String lu, DeathProof proof);
}
