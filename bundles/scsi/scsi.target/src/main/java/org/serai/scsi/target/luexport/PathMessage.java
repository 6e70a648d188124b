package org.serai.scsi.target.luexport;

import java.nio.ByteBuffer;
import java.util.UUID;

/** What nodes that export the same LU ask of each other: one byte for what, 16 for the LU. */
record PathMessage(Kind kind, UUID lu) {
    static final String TOPIC = "scsi.paths";
    private static final int BYTES = 1 + 2 * Long.BYTES;

    /** What is asked. */
    enum Kind {
        /** Finish what is executing, close the LU and give its lock back. */
        YIELD,
        /** Take the LU from whoever has it. */
        ACTIVATE,
        /** End the path. */
        END,
        /** See who exports the LU now. */
        LOOK
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .put((byte) kind.ordinal())
                .putLong(lu.getMostSignificantBits())
                .putLong(lu.getLeastSignificantBits())
                .array();
    }

    /** The message that these bytes are; an error if they are none. */
    static PathMessage of(byte[] bytes) {
        if (bytes.length != BYTES || bytes[0] < 0 || bytes[0] >= Kind.values().length) {
            throw new IllegalArgumentException("no message about a path: " + bytes.length + " bytes");
        }
        ByteBuffer from = ByteBuffer.wrap(bytes);
        return new PathMessage(Kind.values()[from.get()], new UUID(from.getLong(), from.getLong()));
    }
}
