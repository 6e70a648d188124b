package org.serai.storage.extent.io;

import java.nio.ByteBuffer;

/** Memory that direct I/O can use. */
public final class PageMemory {
    /** The size of a page, and what addresses and lengths of direct I/O are multiples of. */
    public static final int BYTES = 4096;

    private static final ByteBuffer ZEROS = allocate(64);

    private PageMemory() {}

    /** Zeroed memory for so many pages. */
    public static ByteBuffer allocate(int pages) {
        return ByteBuffer.allocateDirect((pages + 1) * BYTES)
                .alignedSlice(BYTES)
                .slice(0, pages * BYTES);
    }

    /** Zeros to write from; used with absolute positions only. */
    public static ByteBuffer zeros() {
        return ZEROS;
    }
}
