package org.serai.storage.spi;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** A capability of a {@link StorageDriver}: a PV alone tells to which pool it belongs. */
@ConsumerType
public interface Identifies {
    /**
     * The pool of which these are the PVs, as far as they themselves tell; nothing is changed.
     *
     * @param paths of PVs of one pool, in any order
     * @return empty if the first of them is no PV of this driver
     * @throws org.serai.ffdc.SeraiException {@link org.serai.storage.StorageError#PV_WRONG} if they are of several pools
     */
    Optional<PoolLayout> identify(List<String> paths);
}
