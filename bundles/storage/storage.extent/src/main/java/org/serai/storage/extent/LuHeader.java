package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * An LU's header. A change is written over the older of the two copies.
 *
 * @param epoch the epoch of the holder that wrote it
 * @param generation rises with every write
 * @param copy which copy it was read from or written to
 * @param intactCopies how many copies were found intact
 * @param state whether somebody may have changed the map since
 * @param usedExtents data extents given to the LU
 * @param cursorUnit how many units of the LU are used up
 * @param cursorExtent the next extent in the unit after these
 */
record LuHeader(
        UUID lu,
        long sizeBytes,
        boolean thick,
        long epoch,
        long generation,
        int copy,
        int intactCopies,
        State state,
        long usedExtents,
        int cursorUnit,
        int cursorExtent) {
    /** What the header promises about the map. */
    enum State {
        /** Closed in order: cursor and used extents are exact and every copy of every page is intact. */
        CLEAN,
        /** Open, or its holder died: cursor and used extents follow from the map, and a page may be torn. */
        OPEN,
        /** Being deleted: whoever has it open is refused. */
        DELETED
    }

    static LuHeader fresh(UUID lu, long sizeBytes, boolean thick, long epoch) {
        // The first open may have the same epoch as the making.
        return new LuHeader(lu, sizeBytes, thick, epoch - 1, 0, 1, 2, State.CLEAN, 0, 0, 1);
    }

    /** Reads the newer intact copy; empty if there is none. */
    static Optional<LuHeader> read(BlockFile file, long rootOffset, UUID lu) throws IOException {
        return read(file, rootOffset, lu, Pages.allocate(2));
    }

    private static Optional<LuHeader> read(BlockFile file, long rootOffset, UUID lu, ByteBuffer twin)
            throws IOException {
        file.readPages(twin.duplicate(), rootOffset);
        boolean a = Pages.examine(twin, 0, Pages.Kind.HEADER, lu, 0) == Pages.Found.VALID;
        boolean b = Pages.examine(twin, Pages.BYTES, Pages.Kind.HEADER, lu, 0) == Pages.Found.VALID;
        if (!a && !b) {
            return Optional.empty();
        }
        boolean first = a && (!b || Pages.generation(twin, 0) > Pages.generation(twin, Pages.BYTES));
        return Optional.of(decode(twin, lu, first ? 0 : 1, a && b ? 2 : 1));
    }

    private static LuHeader decode(ByteBuffer twin, UUID lu, int copy, int intact) {
        int page = copy * Pages.BYTES;
        int at = page + Pages.HEAD;
        return new LuHeader(
                lu,
                twin.getLong(at),
                twin.getInt(at + 8) == 1,
                Pages.epoch(twin, page),
                Pages.generation(twin, page),
                copy,
                intact,
                State.values()[twin.getInt(at + 12)],
                twin.getLong(at + 16),
                twin.getInt(at + 24),
                twin.getInt(at + 28));
    }

    /** The header that follows this one. */
    LuHeader next(long newEpoch, State newState, long used, int unit, int extent) {
        return new LuHeader(lu, sizeBytes, thick, newEpoch, generation + 1, 1 - copy, 2, newState, used, unit, extent);
    }

    LuHeader next(long newEpoch, State newState) {
        return next(newEpoch, newState, usedExtents, cursorUnit, cursorExtent);
    }

    /** Writes this copy; durable after a sync. */
    void write(BlockFile file, long rootOffset) throws IOException {
        ByteBuffer page = Pages.allocate(1);
        encode(page, 0);
        file.writePages(page, rootOffset + (long) copy * Pages.BYTES);
    }

    /** Puts the header into a page. */
    void encode(ByteBuffer pages, int page) {
        int at = page + Pages.HEAD;
        pages.putLong(at, sizeBytes);
        pages.putInt(at + 8, thick ? 1 : 0);
        pages.putInt(at + 12, state.ordinal());
        pages.putLong(at + 16, usedExtents);
        pages.putInt(at + 24, cursorUnit);
        pages.putInt(at + 28, cursorExtent);
        Pages.seal(pages, page, Pages.Kind.HEADER, lu, 0, generation, epoch);
    }
}
