package org.serai.storage.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** A capability of an {@link LuStore}: its size changes while it is in use. */
@ConsumerType
public interface Resizes {
    /**
     * Changes the size; durable at return. Grown, the new part reads as zero, even if the LU was longer once; shrunk,
     * the space behind the new end is given back, snapshots keep what they show. A thick LU takes its space at once;
     * {@link org.serai.storage.StorageError#POOL_FULL} leaves the old size.
     */
    void resize(long sizeBytes);
}
