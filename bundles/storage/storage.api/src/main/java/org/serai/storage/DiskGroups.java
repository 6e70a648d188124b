package org.serai.storage;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Disk groups and their tiers. A service while this node belongs to a cluster. */
@ProviderType
public interface DiskGroups {
    /** All disk groups, ordered by pool and name. */
    List<DiskGroup> groups();

    /** A disk group; {@link StorageError#NO_SUCH_GROUP} otherwise. */
    DiskGroup group(String pool, String group);

    /** A tier; {@link StorageError#NO_SUCH_GROUP} otherwise. */
    Tier tier(TierName name);

    /** What a change would do, without doing it. */
    Plan plan(GroupChange change);

    /** Does a change. Units of progress are LUs moved; cancelled it can be repeated. */
    void apply(GroupChange change, Progress progress);
}
