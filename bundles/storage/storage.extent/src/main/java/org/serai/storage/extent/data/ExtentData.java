package org.serai.storage.extent.data;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The content of an LU's data extents, by extent address: the only way to it. Marks what it writes for the next flush.
 * Maps say which extent is whose; here nobody asks. The {@code offset} is always the LU's, of which the lower part is
 * the place within the extent; nothing reaches beyond one extent.
 */
public interface ExtentData {
    /** Fills {@code length} bytes of the buffer from its position, which moves. */
    void read(long address, long offset, ByteBuffer into, int length) throws IOException;

    /** Writes over a part of an extent that has content, from the buffer's position, which moves. */
    void write(long address, long offset, ByteBuffer from, int length) throws IOException;

    /** Zeroes a part of an extent that has content; its space is kept. */
    void zero(long address, long offset, long length) throws IOException;

    /**
     * Gives an extent that was just taken its first content: the buffer's, and zero around it. Before the return nobody
     * else knows the extent; this holds for the three below as well.
     */
    void begin(long address, long offset, ByteBuffer from, int length) throws IOException;

    /**
     * As above, and around the buffer's the content of another extent, which nobody changes meanwhile.
     *
     * @param length may be 0: a copy
     */
    void beginAsCopy(long address, long source, long offset, ByteBuffer from, int length) throws IOException;

    /** Gives an extent that was just taken zero as its first content. */
    void beginAsZero(long address, boolean keepSpace) throws IOException;

    /** Makes an extent that was just taken ready for pages of the map: blank, with its space kept. */
    void beginPages(long address) throws IOException;

    /** Gives the space behind an extent that is free, durably so, back to what the PV lies on. */
    void giveBack(long address);

    /** Whether there are checksums that are to be written. */
    boolean isUnsettled();

    /** Begins a time: what is not written in it is idle. */
    void age();

    /**
     * Writes some of the checksums of what was written.
     *
     * @param busyToo those too of what is not idle
     * @return whether there was anything to do
     */
    boolean settle(boolean busyToo) throws IOException;
}
