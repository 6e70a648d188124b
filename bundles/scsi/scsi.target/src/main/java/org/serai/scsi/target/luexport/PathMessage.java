package org.serai.scsi.target.luexport;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What nodes that export the same LU ask of each other: one byte for what, 16 for the LU, and what belongs to it.
 *
 * @param content for the command side; empty but for {@link Kind#EXECUTE} and {@link Kind#HEAR}
 */
record PathMessage(Kind kind, UUID lu, byte[] content) {
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
        LOOK,
        /** Execute a command that the asker's path, which is standby, was given. */
        EXECUTE,
        /** Tell an initiator of the asked node's. */
        HEAR
    }

    PathMessage(Kind kind, UUID lu) {
        this(kind, lu, new byte[0]);
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES + content.length)
                .put((byte) kind.ordinal())
                .putLong(lu.getMostSignificantBits())
                .putLong(lu.getLeastSignificantBits())
                .put(content)
                .array();
    }

    /** The message that these bytes are; an error if they are none. */
    static PathMessage of(byte[] bytes) {
        if (bytes.length < BYTES || bytes[0] < 0 || bytes[0] >= Kind.values().length) {
            throw new IllegalArgumentException("no message about a path: " + bytes.length + " bytes");
        }
        ByteBuffer from = ByteBuffer.wrap(bytes);
        Kind kind = Kind.values()[from.get()];
        UUID lu = new UUID(from.getLong(), from.getLong());
        byte[] content = new byte[from.remaining()];
        from.get(content);
        return new PathMessage(kind, lu, content);
    }
}
