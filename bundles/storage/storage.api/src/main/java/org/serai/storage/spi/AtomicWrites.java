package org.serai.storage.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/** A capability of an {@link LuStore}: a write of which a crash, or a loss of power, leaves all or nothing. */
@ConsumerType
public interface AtomicWrites {
    /**
     * The longest such write, a power of two; 0 if there is none now. It must not cross a multiple of this within the LU.
     */
    int atomicBytes();

    /**
     * Writes as {@link LuStore#write}, but all or nothing: until the next flush either may be what is found after a crash,
     * from then on what was written.
     */
    int writeAtomically(long offset, ByteBuffer from);
}
