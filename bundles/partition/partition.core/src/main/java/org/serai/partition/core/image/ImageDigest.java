package org.serai.partition.core.image;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of an image, and how long it is so far. */
final class ImageDigest {
    private final MessageDigest sha256;
    private long bytes;

    ImageDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void update(ByteBuffer part) {
        bytes += part.remaining();
        sha256.update(part);
    }

    long bytes() {
        return bytes;
    }

    byte[] value() {
        return sha256.digest();
    }
}
