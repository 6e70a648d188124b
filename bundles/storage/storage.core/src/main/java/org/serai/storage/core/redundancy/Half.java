package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Range;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.Expects;
import org.serai.storage.spi.LuStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of a redundant LU, open.
 *
 * @param lu the name of its LU, for messages
 * @param store its data
 * @param intent where it is written which regions may differ
 */
record Half(String lu, LuStore store, LuStore intent) {
    private static final Logger LOG = LoggerFactory.getLogger(Half.class);
    private static final int ZEROES_BYTES = 64 * 1024;

    void zero(long offset, long length, boolean giveBack) {
        if (store instanceof Discards able) {
            able.writeZeroes(offset, length, giveBack);
            return;
        }
        for (long at = offset; at < offset + length; ) {
            ByteBuffer zeroes = ByteBuffer.allocateDirect((int) Math.min(ZEROES_BYTES, offset + length - at));
            int n = zeroes.remaining();
            store.write(at, zeroes);
            at += n;
        }
    }

    /** Passes a hint on; a side that fails here is found out by the write. */
    void expectWrites(long offset, long length) {
        if (store instanceof Expects able) {
            try {
                able.expectWrites(offset, length);
            } catch (SeraiException e) {
                LOG.info("LU {} takes no space ahead: {}", lu, e.getMessage());
            }
        }
    }

    Range rangeAt(long offset) {
        return store instanceof Discards able
                ? able.rangeAt(offset)
                : new Range(offset, store.sizeBytes() - offset, true);
    }

    /** Closes both, the second also if the first fails. */
    void close() {
        try {
            store.close();
        } finally {
            intent.close();
        }
    }

    void abandon() {
        try {
            store.abandon();
        } finally {
            intent.abandon();
        }
    }
}
