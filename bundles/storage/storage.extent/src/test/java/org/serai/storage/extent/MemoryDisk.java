package org.serai.storage.extent;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.storage.extent.pv.Geometry;

/**
 * A sparse disk in memory, with other disks' content beneath it that it never changes. Behind the head, which is
 * looked at before a disk is taken, a disk that is new holds what somebody left there.
 */
final class MemoryDisk {
    private static final int PAGE = 4096;
    private static final byte[] ZERO = new byte[PAGE];
    private static final byte[] LEFT = new byte[PAGE];

    static {
        Arrays.fill(LEFT, (byte) 0xA7);
    }

    private final MemoryDisk beneath;
    private final ConcurrentHashMap<Long, byte[]> pages = new ConcurrentHashMap<>();
    private final long blankPages;
    private volatile long sizeBytes;

    MemoryDisk(long sizeBytes) {
        this.beneath = null;
        this.blankPages = Geometry.longestHead(sizeBytes) / PAGE;
        this.sizeBytes = sizeBytes;
    }

    /** A disk that begins as another one, which must not change any more. */
    MemoryDisk(MemoryDisk beneath) {
        this.beneath = beneath;
        this.blankPages = beneath.blankPages;
        this.sizeBytes = beneath.sizeBytes;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    void grow(long toBytes) {
        sizeBytes = Math.max(sizeBytes, toBytes);
    }

    private byte[] page(long number) {
        byte[] own = pages.get(number);
        if (own != null) {
            return own;
        }
        return beneath == null ? number < blankPages ? ZERO : LEFT : beneath.page(number);
    }

    void read(long offset, ByteBuffer into, int length) {
        for (long at = offset; at < offset + length; ) {
            int within = (int) (at % PAGE);
            int n = (int) Math.min(PAGE - within, offset + length - at);
            into.put(page(at / PAGE), within, n);
            at += n;
        }
    }

    /** Writes a part of {@code data}, or zeros if it is null. */
    void write(long offset, byte[] data, int from, long length) {
        for (long at = offset; at < offset + length; ) {
            int within = (int) (at % PAGE);
            int n = (int) Math.min(PAGE - within, offset + length - at);
            // A new array each time: who reads meanwhile sees the one or the other, and forks share the old one.
            byte[] changed = n == PAGE ? new byte[PAGE] : Arrays.copyOf(page(at / PAGE), PAGE);
            if (data == null) {
                Arrays.fill(changed, within, within + n, (byte) 0);
            } else {
                System.arraycopy(data, (int) (from + at - offset), changed, within, n);
            }
            pages.put(at / PAGE, changed);
            at += n;
        }
    }
}
