package org.serai.partition.core.image;

import java.nio.ByteBuffer;

/** The bytes of an image, one after the other. */
interface ImageBytes {
    /**
     * The next bytes, at most {@link ImageFormat#CHUNK_BYTES_MAX}; valid until the next call. Fails where the LU or the
     * image is known to end before.
     */
    ByteBuffer take(int length);

    /** How many bytes have been taken. */
    long takenBytes();

    /** The image has ended; fails where it is known to go on. */
    void end();
}
