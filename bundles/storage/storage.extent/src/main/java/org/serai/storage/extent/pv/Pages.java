package org.serai.storage.extent.pv;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.serai.storage.extent.io.PageMemory;

/**
 * The form of all metadata: pages of 4 KiB with a head of 64 bytes: magic with kind and version, owner, index,
 * generation, epoch, CRC32C of the whole page (taken with the field zero). A page of zeros is blank.
 */
public final class Pages {
    /** The size of a page. */
    public static final int BYTES = PageMemory.BYTES;

    /** The size of a page's head. */
    public static final int HEAD = 64;

    /** What is behind the head. */
    public static final int PAYLOAD = BYTES - HEAD;
    /** Eight-byte numbers in a payload. */
    public static final int LONGS = PAYLOAD / 8;

    /** The version of the on-disk format. */
    static final int VERSION = 2;

    private static final long MAGIC = 0x5345524149_000000L | VERSION;
    private static final int GENERATION = 32;
    private static final int EPOCH = 40;
    private static final int CRC = 48;

    private Pages() {}

    /** What a page is; its code stands in the magic. */
    public enum Kind {
        SUPERBLOCK('S'),
        LEDGER('L'),
        CHANGES('C'),
        HEADER('H'),
        TABLE('T'),
        DIRECTORY('D'),
        LEAF('M'),
        SUMS('K');

        private final long magic;

        Kind(char code) {
            this.magic = MAGIC | (long) code << 16;
        }
    }

    /** What was found where a page should be. */
    public enum Found {
        /** Never written. */
        BLANK,
        /** A page as expected. */
        VALID,
        /** Neither. */
        BAD
    }

    /** Zeroed memory for so many pages. */
    public static ByteBuffer allocate(int pages) {
        return PageMemory.allocate(pages);
    }

    /** Puts so many zeros into the buffer, whose position moves. */
    public static void putZeros(ByteBuffer into, int length) {
        ByteBuffer zeros = PageMemory.zeros();
        for (int done = 0; done < length; ) {
            int n = Math.min(zeros.capacity(), length - done);
            into.put(into.position(), zeros, 0, n);
            into.position(into.position() + n);
            done += n;
        }
    }

    /** Fills in the head of the page that begins at {@code at}, whose payload is complete. */
    public static void seal(ByteBuffer pages, int at, Kind kind, UUID owner, long index, long generation, long epoch) {
        pages.putLong(at, kind.magic);
        pages.putLong(at + 8, owner.getMostSignificantBits());
        pages.putLong(at + 16, owner.getLeastSignificantBits());
        pages.putLong(at + 24, index);
        pages.putLong(at + GENERATION, generation);
        pages.putLong(at + EPOCH, epoch);
        pages.putInt(at + CRC, 0);
        pages.putInt(at + CRC + 4, 0);
        pages.putLong(at + CRC + 8, 0);
        pages.putInt(at + CRC, crc(pages, at));
    }

    /** Judges the page at {@code at}, which must be of that kind, owner and index. */
    public static Found examine(ByteBuffer pages, int at, Kind kind, UUID owner, long index) {
        if (isBlank(pages, at)) {
            return Found.BLANK;
        }
        boolean expected = hasHead(pages, at, kind, owner, index) && isSealed(pages, at, kind);
        return expected ? Found.VALID : Found.BAD;
    }

    /** Whether the head says that; the page may be damaged all the same. */
    public static boolean hasHead(ByteBuffer pages, int at, Kind kind, UUID owner, long index) {
        return pages.getLong(at) == kind.magic
                && pages.getLong(at + 8) == owner.getMostSignificantBits()
                && pages.getLong(at + 16) == owner.getLeastSignificantBits()
                && pages.getLong(at + 24) == index;
    }

    /** Whether an intact page of that kind is at {@code at}, whoever owns it. */
    public static boolean isSealed(ByteBuffer pages, int at, Kind kind) {
        if (pages.getLong(at) != kind.magic) {
            return false;
        }
        int stored = pages.getInt(at + CRC);
        pages.putInt(at + CRC, 0);
        int computed = crc(pages, at);
        pages.putInt(at + CRC, stored);
        return stored == computed;
    }

    /** Whether a page of that kind is at {@code at} in a format that is not this one. */
    static boolean isOfOtherVersion(ByteBuffer pages, int at, Kind kind) {
        long magic = pages.getLong(at);
        return magic >>> 16 == kind.magic >>> 16 && magic != kind.magic;
    }

    /** The version of the format of the page at {@code at}. */
    static int version(ByteBuffer pages, int at) {
        return (int) pages.getLong(at) & 0xFFFF;
    }

    /** The generation in the head of the page at {@code at}. */
    public static long generation(ByteBuffer pages, int at) {
        return pages.getLong(at + GENERATION);
    }

    /** The epoch in the head of the page at {@code at}. */
    public static long epoch(ByteBuffer pages, int at) {
        return pages.getLong(at + EPOCH);
    }

    /** The UUID at {@code at}. */
    public static UUID uuid(ByteBuffer buffer, int at) {
        return new UUID(buffer.getLong(at), buffer.getLong(at + 8));
    }

    /** Puts a UUID, 16 bytes, at {@code at}. */
    public static void putUuid(ByteBuffer buffer, int at, UUID uuid) {
        buffer.putLong(at, uuid.getMostSignificantBits());
        buffer.putLong(at + 8, uuid.getLeastSignificantBits());
    }

    /** Makes a part zero. */
    public static void blank(ByteBuffer pages, int at, int length) {
        for (int i = 0; i < length; i += 8) {
            pages.putLong(at + i, 0);
        }
    }

    /** Whether the page at {@code at} is zero. */
    public static boolean isBlank(ByteBuffer pages, int at) {
        for (int i = 0; i < BYTES; i += 8) {
            if (pages.getLong(at + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int crc(ByteBuffer pages, int at) {
        CRC32C crc = new CRC32C();
        crc.update(pages.slice(at, BYTES));
        return (int) crc.getValue();
    }
}
