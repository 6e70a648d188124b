package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * The first two pages of a PV, alike: whose it is and how it is laid out.
 *
 * @param pool the pool
 * @param poolName its name when it was made, for messages
 * @param pv the PV's UUID
 * @param position the PV's place in the pool, from 0
 * @param made whether the file was made for the pool, and goes with it
 * @param geometry the layout
 */
record Superblock(UUID pool, String poolName, UUID pv, int position, boolean made, Geometry geometry) {
    private static final int NAME_MAX_BYTES = 256;

    /** Reads the PV's superblock from either copy; empty if neither is one. */
    static Optional<Superblock> read(BlockFile file) throws IOException {
        ByteBuffer pages = Pages.allocate(2);
        file.readPages(pages.duplicate(), 0);
        for (int at = 0; at < 2 * Pages.BYTES; at += Pages.BYTES) {
            if (Pages.isSealed(pages, at, Pages.Kind.SUPERBLOCK)) {
                return Optional.of(decode(pages, at + Pages.HEAD));
            }
        }
        return Optional.empty();
    }

    /** How many of the two copies say exactly this. */
    int intactCopies(BlockFile file) throws IOException {
        ByteBuffer pages = Pages.allocate(2);
        file.readPages(pages.duplicate(), 0);
        int intact = 0;
        for (int at = 0; at < 2 * Pages.BYTES; at += Pages.BYTES) {
            boolean same = Pages.isSealed(pages, at, Pages.Kind.SUPERBLOCK)
                    && decode(pages, at + Pages.HEAD).equals(this);
            intact += same ? 1 : 0;
        }
        return intact;
    }

    /** Writes both copies and makes them durable. */
    void write(BlockFile file) throws IOException {
        ByteBuffer pages = Pages.allocate(2);
        for (int at = 0; at < 2 * Pages.BYTES; at += Pages.BYTES) {
            encode(pages, at + Pages.HEAD);
            Pages.seal(pages, at, Pages.Kind.SUPERBLOCK, pv, position, 1, 0);
        }
        file.writePages(pages, 0);
        file.sync();
    }

    private void encode(ByteBuffer to, int at) {
        Pages.putUuid(to, at, pool);
        Pages.putUuid(to, at + 16, pv);
        to.putInt(at + 32, position);
        to.putInt(at + 36, made ? 1 : 0);
        to.putLong(at + 40, geometry.sizeBytes());
        to.putLong(at + 48, geometry.extentBytes());
        to.putInt(at + 56, geometry.unitExtents());
        to.putInt(at + 60, geometry.leaseSlots());
        to.putLong(at + 64, geometry.leaseOffset());
        to.putLong(at + 72, geometry.ledgerOffset());
        to.putInt(at + 80, geometry.ledgerPages());
        to.putInt(at + 84, geometry.units());
        to.putLong(at + 88, geometry.dataOffset());
        byte[] name = poolName.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(name.length, NAME_MAX_BYTES);
        to.putInt(at + 96, length);
        to.put(at + 100, name, 0, length);
    }

    private static Superblock decode(ByteBuffer from, int at) {
        Geometry geometry = new Geometry(
                from.getLong(at + 40),
                from.getLong(at + 48),
                from.getInt(at + 56),
                from.getLong(at + 64),
                from.getInt(at + 60),
                from.getLong(at + 72),
                from.getInt(at + 80),
                from.getLong(at + 88),
                from.getInt(at + 84));
        byte[] name = new byte[from.getInt(at + 96)];
        from.get(at + 100, name);
        return new Superblock(
                Pages.uuid(from, at),
                new String(name, StandardCharsets.UTF_8),
                Pages.uuid(from, at + 16),
                from.getInt(at + 32),
                from.getInt(at + 36) == 1,
                geometry);
    }
}
