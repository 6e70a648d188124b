package org.serai.launcher.bench;

import java.io.IOException;
import java.util.Random;

/**
 * Requests one after the other, each at a multiple of a stride.
 *
 * @param random whether their places are drawn, the same for both sides in a round; sequential otherwise
 */
record StorageLoad(int blockBytes, long strideBytes, long areaBytes, boolean write, boolean random, int count) {
    static StorageLoad random(int blockBytes, long areaBytes, boolean write, int count) {
        return new StorageLoad(blockBytes, blockBytes, areaBytes, write, true, count);
    }

    static StorageLoad sequential(int blockBytes, long areaBytes, boolean write) {
        return sequential(blockBytes, blockBytes, areaBytes, write);
    }

    static StorageLoad sequential(int blockBytes, long strideBytes, long areaBytes, boolean write) {
        return new StorageLoad(blockBytes, strideBytes, areaBytes, write, false, (int) (areaBytes / strideBytes));
    }

    /** At the places of a sequential load, in any order. */
    StorageLoad random(int requests) {
        return new StorageLoad(blockBytes, strideBytes, areaBytes, write, true, requests);
    }

    StorageLoad reading() {
        return new StorageLoad(blockBytes, strideBytes, areaBytes, false, random, count);
    }

    /** Runs it and tells how many microseconds a request took. */
    double run(StorageSide side, int round) throws IOException {
        long begun = System.nanoTime();
        requests(side, round);
        return (System.nanoTime() - begun) / 1e3 / count;
    }

    /** As {@link #run}, with a flush at the end that counts. */
    double runAndFlush(StorageSide side, int round) throws IOException {
        long begun = System.nanoTime();
        requests(side, round);
        side.flush();
        return (System.nanoTime() - begun) / 1e3 / count;
    }

    private void requests(StorageSide side, int round) throws IOException {
        Random places = new Random(round);
        long blocks = areaBytes / strideBytes;
        for (int i = 0; i < count; i++) {
            long offset = (random ? places.nextLong(blocks) : i) * strideBytes;
            if (write) {
                side.write(offset, blockBytes);
            } else {
                side.read(offset, blockBytes);
            }
        }
    }
}
