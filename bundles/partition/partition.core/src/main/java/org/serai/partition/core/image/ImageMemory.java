package org.serai.partition.core.image;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.serai.storage.OpenLu;

/**
 * How much memory images that are being restored may take together. An image that finds room is read once; one that does
 * not is read twice, to be verified and to be restored, and compared with its checksums both times.
 */
public final class ImageMemory {
    private static final int MIB = 1 << 20;

    private final Semaphore freeMib;
    private final int mib;
    private final Executor workers;

    /** With room for so many MiB. */
    public ImageMemory(int mib, Executor workers) {
        this.mib = mib;
        this.freeMib = new Semaphore(mib);
        this.workers = workers;
    }

    /** An image that is said to have that length. Close it after use. */
    public Image open(OpenLu lu, long storedBytes) {
        long needed = storedBytes / MIB + 1;
        if (storedBytes < ImageFormat.TRAILER_BYTES || needed > mib || !freeMib.tryAcquire((int) needed)) {
            return new Image(lu);
        }
        boolean loading = false;
        try {
            Image image =
                    new Image(lu, new LoadedBytes(lu, (int) storedBytes, workers), () -> freeMib.release((int) needed));
            loading = true;
            return image;
        } finally {
            if (!loading) {
                freeMib.release((int) needed);
            }
        }
    }
}
