package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.serai.storage.StorageError;

/**
 * The ledger of one PV: which LU owns which allocation unit. Read anew for every use. Both copies of a page say the
 * same: the second is written when the first is durable, so that a page damaged at rest never brings an older owner
 * back. Changed only while the pool's space is held exclusively.
 */
final class Ledger {
    static final int ENTRY_BYTES = 32;
    static final int ENTRIES = Pages.PAYLOAD / ENTRY_BYTES;

    private static final UUID NOBODY = new UUID(0, 0);
    private static final int CHUNK_PAGES = 128;

    private final BlockFile file;
    private final Superblock superblock;
    private final long[] generations;
    private final ByteBuffer pages;
    private final List<String> errors = new ArrayList<>();
    private final BitSet unreadable = new BitSet();

    private Ledger(BlockFile file, Superblock superblock) {
        this.file = file;
        this.superblock = superblock;
        this.generations = new long[superblock.geometry().ledgerPages()];
        this.pages = Pages.allocate(superblock.geometry().ledgerPages());
    }

    /**
     * An owned unit.
     *
     * @param position the PV's place in the pool
     * @param unit the unit's number on the PV
     * @param lu its owner
     * @param sequence its place among the units of the LU
     * @param epoch the owner's epoch when it was taken
     */
    record Entry(int position, int unit, UUID lu, int sequence, long epoch) {}

    /** Reads the ledger from the PV; {@link #errors} says which copies are damaged. */
    static Ledger read(BlockFile file, Superblock superblock) throws IOException {
        Ledger ledger = new Ledger(file, superblock);
        int count = superblock.geometry().ledgerPages();
        ByteBuffer chunk = Pages.allocate(2 * Math.min(CHUNK_PAGES, count));
        for (int first = 0; first < count; first += CHUNK_PAGES) {
            int n = Math.min(CHUNK_PAGES, count - first);
            chunk.clear().limit(2 * n * Pages.BYTES);
            file.readPages(chunk, superblock.geometry().ledgerOffset() + 2L * first * Pages.BYTES);
            for (int i = 0; i < n; i++) {
                ledger.choose(first + i, chunk, 2 * i * Pages.BYTES);
            }
        }
        return ledger;
    }

    /** What is wrong with its pages. */
    List<String> errors() {
        return errors;
    }

    /** Fails unless every page can be read, which is needed before anything is given away. */
    void requireReadable() {
        if (!unreadable.isEmpty()) {
            throw StorageError.POOL_DAMAGED.error(
                    "The ledger of PV " + file.path() + " cannot be read",
                    String.join("; ", errors),
                    "stop using the pool, run pool:check and restore the PV from a copy");
        }
    }

    private void choose(int page, ByteBuffer chunk, int at) {
        Pages.Found first = Pages.examine(chunk, at, Pages.Kind.LEDGER, superblock.pv(), page);
        Pages.Found second = Pages.examine(chunk, at + Pages.BYTES, Pages.Kind.LEDGER, superblock.pv(), page);
        boolean a = first == Pages.Found.VALID;
        boolean b = second == Pages.Found.VALID;
        if (!a || !b) {
            errors.add("PV " + file.path() + ": ledger page " + page + " at "
                    + (superblock.geometry().ledgerOffset() + 2L * page * Pages.BYTES) + " has "
                    + (a || b ? "one damaged copy" : "no intact copy"));
        }
        if (!a && !b) {
            unreadable.set(page);
            return;
        }
        boolean useFirst = a && (!b || Pages.generation(chunk, at) >= Pages.generation(chunk, at + Pages.BYTES));
        int from = useFirst ? at : at + Pages.BYTES;
        pages.put(page * Pages.BYTES, chunk, from, Pages.BYTES);
        generations[page] = Pages.generation(chunk, from);
    }

    /** All owned units, in the order of their numbers. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int unit = 0; unit < superblock.geometry().units(); unit++) {
            int at = at(unit);
            UUID lu = Pages.uuid(pages, at);
            if (!lu.equals(NOBODY)) {
                entries.add(new Entry(superblock.position(), unit, lu, pages.getInt(at + 24), pages.getLong(at + 16)));
            }
        }
        return entries;
    }

    int position() {
        return superblock.position();
    }

    int units() {
        return superblock.geometry().units();
    }

    int freeUnits() {
        int free = 0;
        for (int unit = 0; unit < superblock.geometry().units(); unit++) {
            free += isFree(unit) ? 1 : 0;
        }
        return free;
    }

    /** Up to so many free units, lowest first. */
    List<Integer> free(int count) {
        List<Integer> found = new ArrayList<>();
        for (int unit = 0; unit < superblock.geometry().units() && found.size() < count; unit++) {
            if (isFree(unit)) {
                found.add(unit);
            }
        }
        return found;
    }

    private boolean isFree(int unit) {
        int at = at(unit);
        return !unreadable.get(unit / ENTRIES) && pages.getLong(at) == 0 && pages.getLong(at + 8) == 0;
    }

    void own(Entry entry) {
        int at = at(entry.unit());
        Pages.putUuid(pages, at, entry.lu());
        pages.putLong(at + 16, entry.epoch());
        pages.putInt(at + 24, entry.sequence());
    }

    void release(int unit) {
        Pages.blank(pages, at(unit), ENTRY_BYTES);
    }

    private static int at(int unit) {
        return unit / ENTRIES * Pages.BYTES + Pages.HEAD + unit % ENTRIES * ENTRY_BYTES;
    }

    /** Makes durable the pages of those units. */
    void write(List<Integer> units, long epoch) throws IOException {
        int[] changed = units.stream()
                .mapToInt(unit -> unit / ENTRIES)
                .sorted()
                .distinct()
                .toArray();
        write(changed, epoch);
    }

    /** Makes durable an empty ledger. */
    void writeAll() throws IOException {
        int[] all = new int[generations.length];
        Arrays.setAll(all, page -> page);
        write(all, 0);
    }

    static Ledger blank(BlockFile file, Superblock superblock) {
        return new Ledger(file, superblock);
    }

    private void write(int[] changed, long epoch) throws IOException {
        for (int page : changed) {
            generations[page]++;
            Pages.seal(pages, page * Pages.BYTES, Pages.Kind.LEDGER, superblock.pv(), page, generations[page], epoch);
        }
        for (int copy = 0; copy < 2; copy++) {
            for (int page : changed) {
                ByteBuffer one = pages.duplicate().position(page * Pages.BYTES).limit((page + 1) * Pages.BYTES);
                file.writePages(one, superblock.geometry().ledgerOffset() + (2L * page + copy) * Pages.BYTES);
            }
            file.sync();
        }
    }
}
