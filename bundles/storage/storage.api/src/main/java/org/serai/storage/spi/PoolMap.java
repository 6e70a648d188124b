package org.serai.storage.spi;

import java.util.List;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/** A capability of a {@link PoolStore}: tells which LU fills what of each PV. */
@ConsumerType
public interface PoolMap {
    /** The parts of a PV that are given to LUs, in the order of their offsets; neighbours of one LU in one part. */
    List<Part> parts(UUID pv);

    /** A part of a PV. */
    record Part(long offset, long length, UUID lu) {}
}
