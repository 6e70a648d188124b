package org.serai.storage.spi;

import java.util.Set;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/** A capability of a {@link PoolStore}: LUs that begin as a snapshot of another one and share its space. */
@ConsumerType
public interface Clones {
    /**
     * Makes an LU that shows what a snapshot shows, in time that does not depend on its size. Durable at return. The
     * caller sees to it that the snapshot stays while clones need it.
     *
     * @param clone its size is the snapshot's or greater; a thick one gets all its space and shares nothing
     * @param epoch as with {@link PoolStore#createLu}
     */
    void createClone(LuLayout clone, UUID origin, UUID snapshot, long epoch);

    /** Opens a snapshot for reading, whoever holds its LU. Writes fail. */
    LuStore openSnapshot(UUID lu, UUID snapshot);

    /** The LUs of whose snapshots an LU shows something; empty if it is no clone, or independent by now. */
    Set<UUID> origins(UUID lu);

    /** A capability of a clone's {@link LuStore}: it becomes independent of its origin while it is in use. */
    @ConsumerType
    interface Clone {
        /** Copies what is shared with the origin; then the clone needs it no more. Can be repeated after a crash. */
        void flatten(org.serai.storage.Progress progress);
    }
}
