package org.serai.storage;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;

/**
 * A pool as this node sees it now.
 *
 * @param attached whether this node has it open and renews its lease there
 * @param extentBytes the unit of thin allocation
 * @param sizeBytes what LUs can use in all
 * @param usedBytes what is given to LUs, their maps included
 * @param committedBytes the sum of the sizes of its LUs
 * @param protections what keeps a stale owner from writing, in words (chapter "fencing" of the documentation)
 * @param checksum whether it keeps checksums of data
 * @param trouble why it is not attached here, and what to do; empty if it is
 */
public record Pool(
        UUID id,
        String name,
        String driver,
        boolean attached,
        List<Pv> pvs,
        long extentBytes,
        long sizeBytes,
        long usedBytes,
        long committedBytes,
        List<String> protections,
        DataChecksum checksum,
        Optional<SeraiException> trouble) {
    /** A pool without checksums of data, and without trouble. */
    public Pool(
            UUID id,
            String name,
            String driver,
            boolean attached,
            List<Pv> pvs,
            long extentBytes,
            long sizeBytes,
            long usedBytes,
            long committedBytes,
            List<String> protections) {
        this(
                id,
                name,
                driver,
                attached,
                pvs,
                extentBytes,
                sizeBytes,
                usedBytes,
                committedBytes,
                protections,
                DataChecksum.NONE,
                Optional.empty());
    }

    /** Its space, with the over-commit ratio. */
    public SpaceUse space() {
        return new SpaceUse(sizeBytes, usedBytes, committedBytes);
    }

    /** A PV of a pool; {@link Pvs} tells more. */
    public record Pv(UUID id, String path, long sizeBytes) {}
}
