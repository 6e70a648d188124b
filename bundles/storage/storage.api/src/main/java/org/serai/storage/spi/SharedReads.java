package org.serai.storage.spi;

import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/** A capability of a {@link PoolStore}: an LU is read on one node while another one holds and writes it. */
@ConsumerType
public interface SharedReads {
    /**
     * Opens an LU that its holder opened with {@link OpenMode#shared}. A read returns for each block what the holder
     * flushed last, or something that it wrote later; never what belongs elsewhere. Writes fail.
     */
    LuStore openShared(UUID lu);
}
