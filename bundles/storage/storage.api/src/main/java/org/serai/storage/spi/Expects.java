package org.serai.storage.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** A capability of an {@link LuStore}: space can be taken in one step before it is written. */
@ConsumerType
public interface Expects {
    /**
     * Says that a part will be written soon, and then flushed: until then what is written there may be written out at
     * once, which makes nothing durable yet. No content changes, nor what the LU is said to use; the pool may count more
     * as used meanwhile. Less than what is needed may be taken, or nothing: a hint never takes so much that others lack
     * it, and that there is no room, or that the space cannot be changed now, is no error. What was taken and not
     * written is given back when the store is closed, after the end of a holder that did not close it by the next one
     * that does. Offset and length are multiples of the block and within the LU.
     */
    void expectWrites(long offset, long length);
}
