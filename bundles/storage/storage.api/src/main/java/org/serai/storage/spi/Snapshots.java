package org.serai.storage.spi;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A capability of an {@link LuStore}: earlier states of the LU are kept. Every method is durable at return, goes on
 * beside reads and writes, and can be repeated after a crash with the same ids.
 */
@ConsumerType
public interface Snapshots {
    /**
     * Keeps the LU as it is: everything written before the call, nothing of what is written after the return. In time
     * that does not depend on the LU's size. Idempotent by the snapshot's id.
     */
    void snapshot(UUID snapshot);

    /**
     * Stops writes until the returned freeze is closed, so that snapshots of several LUs are of one moment. The
     * longest stop is the caller's duty; reads go on.
     */
    Freeze freeze();

    /** Writes stand still while this is open. */
    interface Freeze extends AutoCloseable {
        /** As {@link Snapshots#snapshot}, while writes stand. */
        void snapshot(UUID snapshot);

        @Override
        void close();
    }

    /**
     * Drops a snapshot. What only it needed is given back, at once or, as far as a snapshot in {@code needed} is in the
     * way, by a later call. That it is not there is no error.
     *
     * @param needed snapshots of this LU that clones still read, dropped ones included: what they show must stay where
     *     it is
     */
    void deleteSnapshot(UUID snapshot, Set<UUID> needed);

    /** Makes the LU, size included, what it was at a snapshot. All snapshots stay, later ones too. */
    void rollback(UUID snapshot);

    /** The snapshots that are not dropped, oldest first. */
    List<SnapshotUsage> snapshots();

    /**
     * A snapshot of an LU.
     *
     * @param snapshot its id
     * @param sizeBytes the LU's size then
     * @param ownBytes what would come back if it alone were dropped
     */
    record SnapshotUsage(UUID snapshot, long sizeBytes, long ownBytes) {}
}
