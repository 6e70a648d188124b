package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.pv.Pages;

/**
 * An LU's header. A change is written over the older of the two copies.
 *
 * @param thick whether all its space was taken at once
 * @param epoch the epoch of the holder that wrote it
 * @param generation rises with every write
 * @param copy which copy it was read from or written to
 * @param intactCopies how many copies were found intact
 * @param state whether somebody may have changed the map since
 * @param counts what the LU has
 * @param table the generation of the layer table that the holder uses
 */
public record LuHeader(
        UUID lu,
        boolean thick,
        long epoch,
        long generation,
        int copy,
        int intactCopies,
        State state,
        Counts counts,
        long table) {
    /** What the header promises about the map. */
    public enum State {
        /** Closed in order: the counts are exact and every copy of every page is intact. */
        CLEAN,
        /** Open, or its holder died: the counts follow from the map, and a page may be torn. */
        OPEN,
        /** Being deleted: whoever has it open is refused. */
        DELETED
    }

    /**
     * What an LU has, in extents.
     *
     * @param shown data extents that reads find
     * @param foreign how many of these are the origin's
     * @param owned data extents in maps of its layers
     * @param freed extents before the cursor that are in no map
     * @param cursorSequence the sequence number of the unit with the cursor
     * @param cursorExtent the first extent of that unit that was never used; so are all units of a higher number
     */
    public record Counts(long shown, long foreign, long owned, long freed, int cursorSequence, int cursorExtent) {
        /** Of a new LU: root and first directory are used. */
        public static Counts fresh(long shown, long foreign) {
            return new Counts(shown, foreign, 0, 0, 0, 2);
        }
    }

    /** The header of a new LU, before it is written. */
    public static LuHeader fresh(UUID lu, boolean thick, long epoch, Counts counts) {
        // The first open may have the same epoch as the making.
        return new LuHeader(lu, thick, epoch - 1, 0, 1, 2, State.CLEAN, counts, 1);
    }

    /** Reads the newer intact copy; empty if there is none. */
    public static Optional<LuHeader> read(BlockFile file, long rootOffset, UUID lu) throws IOException {
        ByteBuffer twin = Pages.allocate(2);
        file.readPages(twin.duplicate(), rootOffset);
        return newer(twin, lu);
    }

    /** As {@link #read}, by way of {@link BlockFile#peekPages} and into memory of two pages. */
    static Optional<LuHeader> peek(BlockFile file, long rootOffset, UUID lu, ByteBuffer twin) throws IOException {
        file.peekPages(twin.duplicate(), rootOffset);
        return newer(twin, lu);
    }

    /** The newer intact copy of two pages; empty if there is none. */
    static Optional<LuHeader> newer(ByteBuffer twin, UUID lu) {
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
        Counts counts = new Counts(
                twin.getLong(at + 8),
                twin.getLong(at + 16),
                twin.getLong(at + 24),
                twin.getLong(at + 32),
                twin.getInt(at + 40),
                twin.getInt(at + 44));
        return new LuHeader(
                lu,
                twin.getInt(at + 4) == 1,
                Pages.epoch(twin, page),
                Pages.generation(twin, page),
                copy,
                intact,
                State.values()[twin.getInt(at)],
                counts,
                twin.getLong(at + 48));
    }

    /** The header that follows this one. */
    public LuHeader next(long newEpoch, State newState, Counts newCounts, long newTable) {
        return new LuHeader(lu, thick, newEpoch, generation + 1, 1 - copy, 2, newState, newCounts, newTable);
    }

    /** The header that follows this one, with the same counts. */
    public LuHeader next(long newEpoch, State newState) {
        return next(newEpoch, newState, counts, table);
    }

    /** Writes this copy; durable after a sync. */
    public void write(BlockFile file, long rootOffset) throws IOException {
        ByteBuffer page = Pages.allocate(1);
        encode(page, 0);
        file.writePages(page, rootOffset + (long) copy * Pages.BYTES);
    }

    /** Puts the header into a page. */
    public void encode(ByteBuffer pages, int page) {
        int at = page + Pages.HEAD;
        pages.putInt(at, state.ordinal());
        pages.putInt(at + 4, thick ? 1 : 0);
        pages.putLong(at + 8, counts.shown);
        pages.putLong(at + 16, counts.foreign);
        pages.putLong(at + 24, counts.owned);
        pages.putLong(at + 32, counts.freed);
        pages.putInt(at + 40, counts.cursorSequence);
        pages.putInt(at + 44, counts.cursorExtent);
        pages.putLong(at + 48, table);
        Pages.seal(pages, page, Pages.Kind.HEADER, lu, 0, generation, epoch);
    }
}
