package org.serai.storage.extent.space;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Superblock;

/**
 * What changed last on a PV, so that a node reads again what it must and no more. Two copies, of which a write replaces
 * the older one.
 *
 * <p>A change of the ledger is announced here, durable, before the first ledger page is written, and ended when both
 * copies of those pages are durable. What was announced and has not ended is read again by everybody each time;
 * the next writer ends it. So it does not matter where between the two the writer died. Wherever a copy is damaged the
 * whole ledger is read.
 *
 * @param generation rises with each write
 * @param copy which copy it was read from or is to be written to
 * @param begun how many changes of ledger pages have been announced
 * @param ended how many of them have ended
 * @param superblock the generation of the superblock that was announced last; that one is written after this page
 * @param ring for the changes announced last, which ledger page each one was of
 */
public record ChangePage(long generation, int copy, long begun, long ended, long superblock, int[] ring) {
    /** Changes of the ledger that are remembered. */
    static final int RING = 992;
    /** Where the two copies begin on a PV. */
    static final long OFFSET = 4L * Pages.BYTES;

    private static final int RING_AT = 64;

    /** What a PV says, or that it must be read as a whole. */
    record Read(ChangePage page, boolean damaged) {
        /** Which ledger pages must be read, for one who has seen so many changes; empty for all of them. */
        Optional<BitSet> since(long seen) {
            if (damaged || seen < 0 || seen > page.begun || page.begun - seen > RING) {
                return Optional.empty();
            }
            BitSet changed = new BitSet();
            for (long change = seen; change < page.begun; change++) {
                changed.set(page.ring[(int) (change % RING)]);
            }
            return Optional.of(changed);
        }
    }

    /** The page of a new PV. */
    public static ChangePage first(long superblock) {
        return new ChangePage(0, 1, 0, 0, superblock, new int[RING]);
    }

    /**
     * Reads the newer copy; empty if neither is this PV's.
     *
     * @param known what was read before, which is returned if nothing has changed
     */
    static Optional<Read> read(BlockFile file, Superblock of, ByteBuffer twin, ChangePage known) throws IOException {
        file.readPages(twin.duplicate().position(0).limit(2 * Pages.BYTES), OFFSET);
        boolean a = Pages.examine(twin, 0, Pages.Kind.CHANGES, of.pv(), of.position()) == Pages.Found.VALID;
        boolean b = Pages.examine(twin, Pages.BYTES, Pages.Kind.CHANGES, of.pv(), of.position()) == Pages.Found.VALID;
        if (!a && !b) {
            return Optional.empty();
        }
        boolean first = a && (!b || Pages.generation(twin, 0) > Pages.generation(twin, Pages.BYTES));
        int copy = first ? 0 : 1;
        boolean same = known.copy == copy && known.generation == Pages.generation(twin, copy * Pages.BYTES);
        return Optional.of(new Read(same ? known : decode(twin, copy), !a || !b));
    }

    /** What is wrong with the two copies. */
    public static Optional<String> damage(BlockFile file, Superblock of, ByteBuffer twin) throws IOException {
        file.readPages(twin.duplicate().position(0).limit(2 * Pages.BYTES), OFFSET);
        int intact = 0;
        for (int at = 0; at < 2 * Pages.BYTES; at += Pages.BYTES) {
            boolean valid = Pages.examine(twin, at, Pages.Kind.CHANGES, of.pv(), of.position()) == Pages.Found.VALID;
            intact += valid ? 1 : 0;
        }
        return intact == 2
                ? Optional.empty()
                : Optional.of("PV " + file.path() + ": change page at " + OFFSET + " has "
                        + (intact == 1 ? "one damaged copy" : "no intact copy"));
    }

    private static ChangePage decode(ByteBuffer twin, int copy) {
        int at = copy * Pages.BYTES + Pages.HEAD;
        int[] ring = new int[RING];
        for (int i = 0; i < RING; i++) {
            ring[i] = twin.getInt(at + RING_AT + 4 * i);
        }
        return new ChangePage(
                Pages.generation(twin, copy * Pages.BYTES),
                copy,
                twin.getLong(at),
                twin.getLong(at + 8),
                twin.getLong(at + 16),
                ring);
    }

    /** The ledger pages whose change was announced and has not ended. */
    int[] open() {
        int[] pages = new int[(int) Math.min(begun - ended, RING)];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = ring[(int) ((begun - 1 - i) % RING)];
        }
        return pages;
    }

    /** This page with a change announced; at most {@link #RING} pages. */
    ChangePage begin(int[] pages) {
        int[] next = ring.clone();
        for (int i = 0; i < pages.length; i++) {
            next[(int) ((begun + i) % RING)] = pages[i];
        }
        return new ChangePage(generation + 1, 1 - copy, begun + pages.length, ended, superblock, next);
    }

    /** This page with everything ended that was announced. */
    public ChangePage end() {
        return new ChangePage(generation + 1, 1 - copy, begun, begun, superblock, ring);
    }

    /** This page with a superblock announced. */
    ChangePage announce(long superblockGeneration) {
        return new ChangePage(generation + 1, 1 - copy, begun, ended, superblockGeneration, ring);
    }

    /** Writes this copy; durable after a sync. */
    public void write(BlockFile file, Superblock of, long epoch) throws IOException {
        ByteBuffer page = Pages.allocate(1);
        int at = Pages.HEAD;
        page.putLong(at, begun);
        page.putLong(at + 8, ended);
        page.putLong(at + 16, superblock);
        for (int i = 0; i < RING; i++) {
            page.putInt(at + RING_AT + 4 * i, ring[i]);
        }
        Pages.seal(page, 0, Pages.Kind.CHANGES, of.pv(), of.position(), generation, epoch);
        file.writePages(page, OFFSET + (long) copy * Pages.BYTES);
    }
}
