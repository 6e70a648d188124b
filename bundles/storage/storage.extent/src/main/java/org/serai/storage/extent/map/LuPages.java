package org.serai.storage.extent.map;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;

/**
 * Finds an LU's extents on the PVs, and chooses between the two copies of a page of its maps.
 *
 * @param gone which positions have no PV any more: maps there are taken for lost, without a look
 */
public record LuPages(PvSet pvs, UUID lu, LuShape shape, IntPredicate gone) {
    /** Pages of which those are gone that were on PVs given up as lost. */
    public LuPages(PvSet pvs, UUID lu, LuShape shape) {
        this(pvs, lu, shape, pvs::isLost);
    }

    /** What a pair of copies holds. */
    public sealed interface Twin {
        /** Both copies are blank. */
        record Blank() implements Twin {}

        /** The page is in this copy. */
        record Page(int copy, long generation) implements Twin {}

        /** One copy is damaged; the other is intact, or blank. */
        record Torn(int damagedCopy) implements Twin {}

        /** No copy can be used. */
        record Lost() implements Twin {}
    }

    /** What stands in the head of a page of a layer's map. */
    public static long index(int layer, int index) {
        return (long) layer << 32 | index;
    }

    /** Judges the two copies at {@code at}. */
    public Twin judge(ByteBuffer pages, int at, Pages.Kind kind, long index) {
        Pages.Found a = Pages.examine(pages, at, kind, lu, index);
        Pages.Found b = Pages.examine(pages, at + Pages.BYTES, kind, lu, index);
        if (a == Pages.Found.BAD || b == Pages.Found.BAD) {
            return a == b ? new Twin.Lost() : new Twin.Torn(a == Pages.Found.BAD ? 0 : 1);
        }
        if (a == b && a == Pages.Found.BLANK) {
            return new Twin.Blank();
        }
        boolean first = a == Pages.Found.VALID
                && (b == Pages.Found.BLANK || Pages.generation(pages, at) >= Pages.generation(pages, at + Pages.BYTES));
        return new Twin.Page(first ? 0 : 1, Pages.generation(pages, first ? at : at + Pages.BYTES));
    }

    /**
     * Whether a damaged copy holds what the intact one replaced: its head is as it should be, and one generation older.
     */
    public boolean isOlder(ByteBuffer pages, int at, int damagedCopy, Pages.Kind kind, long index) {
        int good = at + (1 - damagedCopy) * Pages.BYTES;
        int bad = at + damagedCopy * Pages.BYTES;
        return Pages.hasHead(pages, bad, kind, lu, index)
                && Pages.generation(pages, bad) == Pages.generation(pages, good) - 1;
    }

    /** The PV that an extent is on. */
    public Pv pv(long address) {
        return pvs.at(ExtentAddress.position(address));
    }

    /** Whether an extent went with a PV that was given up as lost. */
    public boolean isGone(long address) {
        return gone.test(ExtentAddress.position(address));
    }

    /** Where an extent begins on its PV. */
    public long offset(long address) {
        return pv(address).offset(ExtentAddress.extent(address));
    }

    /** Writes the intact copy over the damaged one, which a crash tore while nobody had been told that it was there. */
    public void mend(ByteBuffer pages, int at, int damagedCopy, BlockFile file, long offset) throws IOException {
        int good = at + (1 - damagedCopy) * Pages.BYTES;
        int bad = at + damagedCopy * Pages.BYTES;
        pages.put(bad, pages, good, Pages.BYTES);
        ByteBuffer page = pages.duplicate().position(bad).limit(bad + Pages.BYTES);
        file.writePages(page, offset + (long) damagedCopy * Pages.BYTES);
    }

    /** Names a page for a message. */
    public String name(Pages.Kind kind, long index, BlockFile file, long offset) {
        String what = switch (kind) {
            case HEADER -> "header";
            case TABLE -> "layer table";
            case DIRECTORY -> "directory page " + (int) index + " of layer " + (index >>> 32);
            case LEAF -> "map page " + (int) index + " of layer " + (index >>> 32);
            case SUPERBLOCK, LEDGER, CHANGES, SUMS -> throw new IllegalArgumentException(kind.name());
        };
        return "LU " + lu + ": " + what + " on PV " + file.path() + " at " + offset;
    }

    /** The error for a page that is damaged. */
    public SeraiException damaged(String name) {
        return StorageError.POOL_DAMAGED.error(
                name + " is damaged",
                "its checksum or content is wrong",
                "run pool:check, and restore the LU from a copy");
    }
}
