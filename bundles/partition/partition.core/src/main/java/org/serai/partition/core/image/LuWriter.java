package org.serai.partition.core.image;

import java.nio.ByteBuffer;
import org.serai.partition.PartitionError;
import org.serai.storage.OpenLu;

/** Writes whole blocks one after the other into an LU. */
final class LuWriter {
    private final OpenLu lu;
    private long writtenBytes;

    LuWriter(OpenLu lu) {
        this.lu = lu;
    }

    void write(ByteBuffer blocks) {
        int length = blocks.remaining();
        if (writtenBytes + length > lu.sizeBytes()) {
            throw PartitionError.NO_ROOM.error(
                    "The hibernation image does not fit into its LU",
                    "the LU has " + lu.sizeBytes() + " bytes and the image is larger",
                    "make a larger LU of kind hibernation for this client");
        }
        lu.write(writtenBytes, blocks);
        writtenBytes += length;
    }

    /** Puts everything on stable storage. */
    void finish() {
        lu.flush();
    }
}
