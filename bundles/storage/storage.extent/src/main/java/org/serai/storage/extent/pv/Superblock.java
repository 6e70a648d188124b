package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.BlockFile;

/**
 * The first two pages of a PV, alike: whose it is and how it is laid out. Changed one copy after the other, so that one
 * of them is intact at any time.
 *
 * @param pool the pool
 * @param poolName its name when it was made, for messages
 * @param pv the PV's UUID
 * @param position the PV's place in the pool, from 0
 * @param made whether the file was made for the pool, and goes with it
 * @param state how far the PV is taken into the pool
 * @param generation rises with every change
 * @param members the positions of the pool's PVs; those in the first PV's superblock count
 * @param geometry the layout
 * @param lost how many PVs the pool has given up as lost; that in the first PV's superblock counts
 */
public record Superblock(
        UUID pool,
        String poolName,
        UUID pv,
        int position,
        boolean made,
        State state,
        long generation,
        BitSet members,
        Geometry geometry,
        int lost) {
    /** Positions are lower than this. */
    public static final int POSITIONS = 16_128;

    private static final int NAME_MAX_BYTES = 256;
    private static final int MEMBERS_AT = 2016;

    /** How far a PV is taken into its pool. */
    public enum State {
        /** It is being formatted: the mark says whose it is going to be, nothing else on it counts. */
        PREPARING,
        /** It takes part. */
        READY,
        /** What is on it stays, nothing new is put on it. */
        DRAINING
    }

    /** Copies the members. */
    public Superblock {
        members = (BitSet) members.clone();
    }

    /** The superblock of a PV that is being taken. */
    public Superblock(
            UUID pool,
            String poolName,
            UUID pv,
            int position,
            boolean made,
            State state,
            long generation,
            BitSet members,
            Geometry geometry) {
        this(pool, poolName, pv, position, made, state, generation, members, geometry, 0);
    }

    /** The positions; the caller's own. */
    @Override
    public BitSet members() {
        return (BitSet) members.clone();
    }

    /** This superblock with another content, and the next generation. */
    public Superblock next(State newState, BitSet newMembers, Geometry newGeometry) {
        return next(newState, newMembers, newGeometry, generation + 1);
    }

    /** This superblock as it is to be next. */
    public Superblock next(State newState, BitSet newMembers, Geometry newGeometry, long newGeneration) {
        return new Superblock(
                pool, poolName, pv, position, made, newState, newGeneration, newMembers, newGeometry, lost);
    }

    /** This superblock, the first one's, without a PV that is given up as lost; the next generation. */
    public Superblock without(int lostPosition) {
        BitSet left = members();
        left.clear(lostPosition);
        return new Superblock(pool, poolName, pv, position, made, state, generation + 1, left, geometry, lost + 1);
    }

    /** Reads the PV's superblock from the newer intact copy; empty if neither is one. */
    public static Optional<Superblock> read(BlockFile file) throws IOException {
        ByteBuffer pages = Pages.allocate(2);
        file.readPages(pages.duplicate(), 0);
        Optional<Superblock> newest = Optional.empty();
        for (int at = 0; at < 2 * Pages.BYTES; at += Pages.BYTES) {
            requireVersion(file, pages, at);
            if (Pages.isSealed(pages, at, Pages.Kind.SUPERBLOCK)) {
                long generation = Pages.generation(pages, at);
                if (newest.isEmpty() || newest.get().generation < generation) {
                    newest = Optional.of(decode(pages, at + Pages.HEAD, generation));
                }
            }
        }
        return newest;
    }

    private static void requireVersion(BlockFile file, ByteBuffer pages, int at) {
        if (Pages.isOfOtherVersion(pages, at, Pages.Kind.SUPERBLOCK)) {
            throw StorageError.PV_WRONG.error(
                    "PV " + file.path() + " cannot be read",
                    "its on-disk format has version " + Pages.version(pages, at) + ", and this driver reads version "
                            + Pages.VERSION,
                    "use it with the release that made it, or erase its first MiB if nobody needs what is on it");
        }
    }

    /** How many of the two copies say exactly this. */
    public int intactCopies(BlockFile file) throws IOException {
        ByteBuffer pages = Pages.allocate(2);
        file.readPages(pages.duplicate(), 0);
        int intact = 0;
        for (int at = 0; at < 2 * Pages.BYTES; at += Pages.BYTES) {
            boolean same = Pages.isSealed(pages, at, Pages.Kind.SUPERBLOCK)
                    && decode(pages, at + Pages.HEAD, Pages.generation(pages, at))
                            .equals(this);
            intact += same ? 1 : 0;
        }
        return intact;
    }

    /** Writes both copies, one after the other, and makes them durable. */
    public void write(BlockFile file) throws IOException {
        ByteBuffer page = Pages.allocate(1);
        encode(page, Pages.HEAD);
        Pages.seal(page, 0, Pages.Kind.SUPERBLOCK, pv, position, generation, 0);
        for (int copy = 0; copy < 2; copy++) {
            file.writePages(page.duplicate(), (long) copy * Pages.BYTES);
            file.sync();
        }
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
        to.putInt(at + 356, state.ordinal());
        to.putInt(at + 360, geometry.sumBytes());
        to.putInt(at + 364, lost);
        to.put(at + MEMBERS_AT, members.toByteArray());
    }

    private static Superblock decode(ByteBuffer from, int at, long generation) {
        Geometry geometry = new Geometry(
                from.getLong(at + 40),
                from.getLong(at + 48),
                from.getInt(at + 360),
                from.getInt(at + 56),
                from.getLong(at + 64),
                from.getInt(at + 60),
                from.getLong(at + 72),
                from.getInt(at + 80),
                from.getLong(at + 88),
                from.getInt(at + 84));
        byte[] name = new byte[from.getInt(at + 96)];
        from.get(at + 100, name);
        byte[] members = new byte[POSITIONS / 8];
        from.get(at + MEMBERS_AT, members);
        return new Superblock(
                Pages.uuid(from, at),
                new String(name, StandardCharsets.UTF_8),
                Pages.uuid(from, at + 16),
                from.getInt(at + 32),
                from.getInt(at + 36) == 1,
                State.values()[from.getInt(at + 356)],
                generation,
                BitSet.valueOf(members),
                geometry,
                from.getInt(at + 364));
    }
}
