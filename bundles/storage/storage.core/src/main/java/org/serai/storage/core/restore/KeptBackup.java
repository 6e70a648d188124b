package org.serai.storage.core.restore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * A backup in an LU: in the first block magic (8 bytes), length (8, big-endian), SHA-256 of the content (32), zeros; from
 * the second block on the content, filled up with zeros to whole blocks. The first block is written last.
 */
final class KeptBackup {
    private static final byte[] MAGIC = "SERAIBK1".getBytes(StandardCharsets.US_ASCII);
    private static final int BLOCK = 4096;
    private static final int CHUNK = 1 << 20;

    private KeptBackup() {}

    /** Reads a part of an LU, whole blocks. */
    @FunctionalInterface
    interface Source {
        void read(long offset, ByteBuffer into) throws IOException;
    }

    /** Writes a part of an LU, whole blocks. */
    interface Sink {
        void write(long offset, ByteBuffer from);

        void flush();
    }

    /** How large an LU has to be. */
    static long sizeBytes(byte[] content) {
        return BLOCK + Math.ceilDiv((long) content.length, BLOCK) * BLOCK;
    }

    static void write(Sink to, byte[] content) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        for (int at = 0; at < content.length; at += CHUNK) {
            int length = Math.min(CHUNK, content.length - at);
            chunk.clear().put(content, at, length);
            while (chunk.position() % BLOCK != 0) {
                chunk.put((byte) 0);
            }
            to.write(BLOCK + at, chunk.flip());
        }
        to.flush();
        ByteBuffer first = ByteBuffer.allocateDirect(BLOCK);
        first.put(MAGIC).putLong(content.length).put(sha256(content));
        to.write(0, first.clear());
        to.flush();
    }

    /** What is in an LU of that size; empty if it is no whole backup. */
    static Optional<byte[]> read(Source from, long sizeBytes) throws IOException {
        if (sizeBytes < 2 * BLOCK) {
            return Optional.empty();
        }
        ByteBuffer first = ByteBuffer.allocateDirect(BLOCK);
        from.read(0, first);
        first.flip();
        byte[] magic = new byte[MAGIC.length];
        first.get(magic);
        long length = first.getLong();
        byte[] sum = new byte[32];
        first.get(sum);
        if (!java.util.Arrays.equals(magic, MAGIC) || length < 0 || length > Math.min(sizeBytes, Integer.MAX_VALUE)) {
            return Optional.empty();
        }
        byte[] content = new byte[(int) length];
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        for (int at = 0; at < content.length; at += CHUNK) {
            int part = Math.min(CHUNK, content.length - at);
            from.read(BLOCK + at, chunk.clear().limit(Math.ceilDiv(part, BLOCK) * BLOCK));
            chunk.flip().get(content, at, part);
        }
        return java.util.Arrays.equals(sha256(content), sum) ? Optional.of(content) : Optional.empty();
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
