package org.serai.storage.extent;

import org.serai.storage.StorageError;

/**
 * Where things are on a PV. Everything follows from size, extent size and whether a lease area is there, and is written
 * into the superblock all the same, so that a later version may compute it otherwise.
 *
 * @param sizeBytes the part of the PV that the pool uses
 * @param extentBytes the unit of thin allocation
 * @param unitExtents extents in an allocation unit
 * @param leaseOffset where the lease area begins
 * @param leaseSlots its slots, one page each; 0 without one
 * @param ledgerOffset where the ledger begins
 * @param ledgerPages its pages, each of which has two copies side by side
 * @param dataOffset where extent 0 begins
 * @param units allocation units
 */
record Geometry(
        long sizeBytes,
        long extentBytes,
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

    private static final int MIN_UNIT_EXTENTS = 16;
    private static final long MAX_UNIT_BYTES = 1L << 30;
    private static final long AIM_UNITS = 65536;
    /** What lies before the lease area: the superblock's copies and room for what may come. */
    private static final long HEAD_BYTES = 64 * 1024;
    /** Data begin behind what is looked at to see whether a PV is in use. */
    private static final long MIN_DATA_OFFSET = Signatures.LOOK_BYTES;

    /** Refuses an extent size that cannot be had. */
    static long extentBytes(long wanted) {
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
    static Geometry of(long sizeBytes, long extentBytes, boolean leases) {
        long unitBytes = extentBytes * MIN_UNIT_EXTENTS;
        while (unitBytes < MAX_UNIT_BYTES && sizeBytes / unitBytes > AIM_UNITS) {
            unitBytes *= 2;
        }
        int leaseSlots = leases ? LEASE_SLOTS : 0;
        long ledgerOffset = HEAD_BYTES + (long) leaseSlots * Pages.BYTES;
        int ledgerPages = Math.toIntExact(Math.ceilDiv(Math.max(1, sizeBytes / unitBytes), (long) Ledger.ENTRIES));
        long ledgerEnd = ledgerOffset + 2L * ledgerPages * Pages.BYTES;
        long dataOffset = Math.ceilDiv(Math.max(ledgerEnd, MIN_DATA_OFFSET), extentBytes) * extentBytes;
        int units = Math.toIntExact(Math.floorDiv(sizeBytes - dataOffset, unitBytes));
        return new Geometry(
                sizeBytes,
                extentBytes,
                (int) (unitBytes / extentBytes),
                HEAD_BYTES,
                leaseSlots,
                ledgerOffset,
                ledgerPages,
                dataOffset,
                units);
    }

    /** The smallest PV that can be laid out. */
    static long smallestBytes(long extentBytes, boolean leases) {
        return of(0, extentBytes, leases).dataOffset + extentBytes * MIN_UNIT_EXTENTS;
    }

    long unitBytes() {
        return unitExtents * extentBytes;
    }

    /** Where an extent begins. */
    long extentOffset(long extent) {
        return dataOffset + extent * extentBytes;
    }
}
