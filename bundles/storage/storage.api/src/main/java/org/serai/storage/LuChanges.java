package org.serai.storage;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Changes of LUs, in use or not. A service while this node belongs to a cluster. */
@ProviderType
public interface LuChanges {
    /** The snapshots of an LU, oldest first. */
    List<LuSnapshot> snapshots(String lu);

    /** What a change would do, without doing it. */
    Plan plan(LuChange change);

    /**
     * Does a change. Cancelled, where it is long, everything is whole and it can be repeated.
     *
     * @throws org.serai.ffdc.SeraiException {@link StorageError#LU_LOCKED} naming node and operation;
     *     {@link StorageError#NOT_SUPPORTED} naming the capability that the pool's driver lacks
     */
    void apply(LuChange change, Progress progress);
}
