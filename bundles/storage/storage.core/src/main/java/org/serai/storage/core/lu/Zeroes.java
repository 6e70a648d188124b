package org.serai.storage.core.lu;

import java.nio.ByteBuffer;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;

/** Zeroes, by whatever means a store has. */
public final class Zeroes {
    private static final int BUFFER_BYTES = 64 * 1024;

    private Zeroes() {}

    /** Makes a part read as zero. */
    public static void write(LuStore store, long offset, long length, boolean giveBack) {
        if (store instanceof Discards able) {
            able.writeZeroes(offset, length, giveBack);
            return;
        }
        for (long at = offset; at < offset + length; ) {
            ByteBuffer zeroes = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, offset + length - at));
            at += zeroes.remaining();
            store.write(at - zeroes.remaining(), zeroes);
        }
    }
}
