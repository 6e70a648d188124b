package org.serai.storage.extent.pv;

import org.serai.storage.DataChecksum;
import org.serai.storage.StorageError;

/**
 * Where things are on a PV. Everything follows from size, extent size and whether a lease area is there, and is written
 * into the superblock all the same, so that a later version may compute it otherwise.
 *
 * @param sizeBytes the part of the PV that the pool uses
 * @param extentBytes the unit of thin allocation
 * @param sumBytes what follows each extent for the checksums of its content; 0 without them
 * @param unitExtents extents in an allocation unit
 * @param leaseOffset where the lease area begins
 * @param leaseSlots its slots, one page each; 0 without one
 * @param ledgerOffset where the ledger begins
 * @param ledgerPages its pages in use, each of which has two copies side by side; behind them is room for more
 * @param dataOffset where extent 0 begins
 * @param units allocation units
 */
public record Geometry(
        long sizeBytes,
        long extentBytes,
        int sumBytes,
        int unitExtents,
        long leaseOffset,
        int leaseSlots,
        long ledgerOffset,
        int ledgerPages,
        long dataOffset,
        int units) {
    static final long DEFAULT_EXTENT_BYTES = 256 * 1024;
    static final long MIN_EXTENT_BYTES = 64 * 1024;
    static final long MAX_EXTENT_BYTES = 4 * 1024 * 1024;
    static final int LEASE_SLOTS = 1024;

    /** Units that a page of the ledger has an entry for. */
    public static final int LEDGER_ENTRIES = Pages.PAYLOAD / 32;
    /** What a checksum of data stands for. */
    public static final int SUMMED_BLOCK_BYTES = 4096;
    /** Checksums that the page behind an extent has room for. */
    public static final int SUMS_AT_MOST = 512;

    private static final long SUMMED_EXTENT_BYTES = (long) SUMS_AT_MOST * SUMMED_BLOCK_BYTES;

    private static final int MIN_UNIT_EXTENTS = 16;
    private static final long MAX_UNIT_BYTES = 1L << 30;
    private static final long AIM_UNITS = 65536;
    /** A PV can grow to so many times its size, for which the ledger has room: a ten-thousandth of it. */
    private static final long GROWTH = 8;

    private static final int RESERVE_FROM_UNITS = 8;
    /** What lies before the lease area: the superblock's copies and room for what may come. */
    private static final long HEAD_BYTES = 64 * 1024;
    /** Data begin behind what is looked at to see whether a PV is in use. */
    private static final long MIN_DATA_OFFSET = Signatures.LOOK_BYTES;

    /** Refuses an extent size that cannot be had. */
    public static long extentBytes(long wanted, DataChecksum checksum) {
        if (checksum != DataChecksum.NONE && wanted > SUMMED_EXTENT_BYTES) {
            throw StorageError.BAD_SIZE.error(
                    "An extent of " + wanted + " bytes cannot be had in a pool with checksums of data",
                    "there it has " + SUMMED_EXTENT_BYTES + " bytes at most",
                    "choose that size or a smaller one");
        }
        return extentBytes(wanted);
    }

    private static long extentBytes(long wanted) {
        if (wanted == 0) {
            return DEFAULT_EXTENT_BYTES;
        }
        if (wanted < MIN_EXTENT_BYTES || wanted > MAX_EXTENT_BYTES || Long.bitCount(wanted) != 1) {
            throw StorageError.BAD_SIZE.error(
                    "An extent of " + wanted + " bytes cannot be had",
                    "driver extent takes powers of two from " + MIN_EXTENT_BYTES + " to " + MAX_EXTENT_BYTES,
                    "choose one of these, or none for " + DEFAULT_EXTENT_BYTES);
        }
        return wanted;
    }

    /** Lays out a PV; units is 0 or less if it is too small. */
    public static Geometry of(long sizeBytes, long extentBytes, boolean sums, boolean leases) {
        int sumBytes = sums ? Pages.BYTES : 0;
        long stride = extentBytes + sumBytes;
        long unitBytes = stride * MIN_UNIT_EXTENTS;
        while (unitBytes < MAX_UNIT_BYTES && sizeBytes / unitBytes > AIM_UNITS) {
            unitBytes *= 2;
        }
        int leaseSlots = leases ? LEASE_SLOTS : 0;
        long ledgerOffset = HEAD_BYTES + (long) leaseSlots * Pages.BYTES;
        long ledgerRoom = Math.ceilDiv(GROWTH * Math.max(1, sizeBytes / unitBytes), (long) LEDGER_ENTRIES);
        long ledgerEnd = ledgerOffset + 2 * ledgerRoom * Pages.BYTES;
        long dataOffset = Math.ceilDiv(Math.max(ledgerEnd, MIN_DATA_OFFSET), extentBytes) * extentBytes;
        int units = Math.toIntExact(Math.floorDiv(sizeBytes - dataOffset, unitBytes));
        return new Geometry(
                sizeBytes,
                extentBytes,
                sumBytes,
                (int) (unitBytes / stride),
                HEAD_BYTES,
                leaseSlots,
                ledgerOffset,
                pagesFor(units),
                dataOffset,
                units);
    }

    private static int pagesFor(long units) {
        return Math.toIntExact(Math.ceilDiv(Math.max(1, units), (long) LEDGER_ENTRIES));
    }

    /** The same PV when it has another size: what is on it stays where it is, units are added behind. */
    public Geometry grownTo(long newSizeBytes) {
        long newUnits = Math.floorDiv(newSizeBytes - dataOffset, unitSpan());
        if (newSizeBytes < sizeBytes) {
            throw StorageError.BAD_SIZE.error(
                    "A PV of " + Sizes.human(sizeBytes) + " cannot be made one of " + Sizes.human(newSizeBytes),
                    "a PV does not shrink",
                    "remove it and add a smaller one");
        }
        if (newUnits > Math.max(units, mostUnits())) {
            throw StorageError.BAD_SIZE.error(
                    "A PV of " + Sizes.human(sizeBytes) + " cannot be made one of " + Sizes.human(newSizeBytes),
                    "its ledger has room for " + Sizes.human(mostBytes()),
                    "add another PV");
        }
        return new Geometry(
                newSizeBytes,
                extentBytes,
                sumBytes,
                unitExtents,
                leaseOffset,
                leaseSlots,
                ledgerOffset,
                pagesFor(newUnits),
                dataOffset,
                (int) newUnits);
    }

    /** The largest size that the PV can have. */
    public long mostBytes() {
        return Math.max(sizeBytes, dataOffset + mostUnits() * unitSpan());
    }

    private long mostUnits() {
        return (dataOffset - ledgerOffset) / (2 * Pages.BYTES) * LEDGER_ENTRIES;
    }

    /**
     * Units that are kept for metadata, so that snapshots, discards and deletions work in a full pool: one in a hundred,
     * at least two; none on a PV so small that this would be much of it.
     */
    public int reservedUnits() {
        return units < RESERVE_FROM_UNITS ? 0 : Math.max(2, Math.ceilDiv(units, 100));
    }

    /** Units that data can be put into. */
    public long usableUnits() {
        return units - reservedUnits();
    }

    /** The smallest PV that can be laid out. */
    public static long smallestBytes(long extentBytes, boolean sums, boolean leases) {
        Geometry smallest = of(0, extentBytes, sums, leases);
        return smallest.dataOffset + smallest.unitSpan();
    }

    /** How much of the beginning of a PV of that size a pool uses for its own: that must be nobody's. */
    public static long headBytes(long sizeBytes, long extentBytes, boolean sums, boolean leases) {
        return Math.min(of(sizeBytes, extentBytes, sums, leases).dataOffset, sizeBytes / Pages.BYTES * Pages.BYTES);
    }

    /**
     * How much of the beginning of a PV of that size any pool may use for its own, whatever its extents: that is erased
     * when the PV is given back.
     */
    public static long longestHead(long sizeBytes) {
        long longest = Signatures.LOOK_BYTES;
        for (long extentBytes = MIN_EXTENT_BYTES; extentBytes <= MAX_EXTENT_BYTES; extentBytes *= 2) {
            longest = Math.max(longest, of(sizeBytes, extentBytes, false, true).dataOffset);
            longest = Math.max(longest, of(sizeBytes, extentBytes, true, true).dataOffset);
        }
        return Math.min(longest, sizeBytes / Pages.BYTES * Pages.BYTES);
    }

    /** What a unit holds. */
    public long unitBytes() {
        return unitExtents * extentBytes;
    }

    /** What a unit takes of the PV. */
    public long unitSpan() {
        return unitExtents * (extentBytes + sumBytes);
    }

    /** Whether a page of checksums is behind each extent. */
    public boolean hasSums() {
        return sumBytes > 0;
    }

    /** Where an extent begins. */
    long extentOffset(long extent) {
        return dataOffset + extent * (extentBytes + sumBytes);
    }
}
