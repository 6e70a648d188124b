package org.serai.storage.extent.space;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.Superblock;

/**
 * Ledger pages on their way from and to a PV. Both copies of a page say the same: the second is written when the first
 * is durable, so that a page damaged at rest never brings an older owner back.
 */
public final class LedgerPages {
    static final int ENTRY_BYTES = 32;
    static final int ENTRIES = Geometry.LEDGER_ENTRIES;
    /** Pages changed at once. */
    static final int BATCH = 256;

    private final Pv pv;
    private final int[] numbers;
    private final long[] generations;
    private final ByteBuffer pages;

    private LedgerPages(Pv pv, int[] numbers) {
        this.pv = pv;
        this.numbers = numbers;
        this.generations = new long[numbers.length];
        this.pages = Pages.allocate(numbers.length);
    }

    /**
     * Which copy of a page counts.
     *
     * @param at where it is in the buffer; negative if no copy is intact
     * @param damage what is wrong
     */
    record Choice(int at, Optional<String> damage) {
        boolean readable() {
            return at >= 0;
        }
    }

    /** Reads both copies of neighbouring pages. */
    static void read(Pv pv, int first, int count, ByteBuffer chunk) throws IOException {
        chunk.position(0).limit(2 * count * Pages.BYTES);
        pv.file().readPages(chunk.duplicate(), offset(pv, first));
    }

    static Choice choose(Pv pv, int page, ByteBuffer chunk, int at) {
        UUID owner = pv.id();
        boolean a = Pages.examine(chunk, at, Pages.Kind.LEDGER, owner, page) == Pages.Found.VALID;
        boolean b = Pages.examine(chunk, at + Pages.BYTES, Pages.Kind.LEDGER, owner, page) == Pages.Found.VALID;
        boolean first = a && (!b || Pages.generation(chunk, at) >= Pages.generation(chunk, at + Pages.BYTES));
        Optional<String> damage = a && b
                ? Optional.empty()
                : Optional.of("PV " + pv.file().path() + ": ledger page " + page + " at " + offset(pv, page) + " has "
                        + (a || b ? "one damaged copy" : "no intact copy"));
        return new Choice(a || b ? (first ? at : at + Pages.BYTES) : -1, damage);
    }

    private static long offset(Pv pv, int page) {
        return pv.geometry().ledgerOffset() + 2L * page * Pages.BYTES;
    }

    /** Where a unit's entry is in its page that begins at {@code at}. */
    static int entryAt(int at, int unit) {
        return at + Pages.HEAD + unit % ENTRIES * ENTRY_BYTES;
    }

    /** Reads pages in order to change them. */
    static LedgerPages load(Pv pv, int[] numbers) throws IOException {
        LedgerPages loaded = new LedgerPages(pv, numbers);
        ByteBuffer twin = Pages.allocate(2);
        for (int i = 0; i < numbers.length; i++) {
            read(pv, numbers[i], 1, twin);
            Choice choice = choose(pv, numbers[i], twin, 0);
            if (!choice.readable()) {
                throw StorageError.POOL_DAMAGED.error(
                        choice.damage().orElseThrow(),
                        "its checksum or content is wrong",
                        "stop using the pool, run pool:check and restore the PV from a copy");
            }
            loaded.pages.put(i * Pages.BYTES, twin, choice.at(), Pages.BYTES);
            loaded.generations[i] = Pages.generation(twin, choice.at());
        }
        return loaded;
    }

    /** Makes durable empty pages, those that a PV has more than before. */
    public static void format(BlockFile file, Superblock superblock, int from) throws IOException {
        long ledger = superblock.geometry().ledgerOffset();
        ByteBuffer page = Pages.allocate(1);
        for (int i = from; i < superblock.geometry().ledgerPages(); i++) {
            Pages.seal(page, 0, Pages.Kind.LEDGER, superblock.pv(), i, 1, 0);
            file.writePages(page.duplicate(), ledger + 2L * i * Pages.BYTES);
            file.writePages(page.duplicate(), ledger + (2L * i + 1) * Pages.BYTES);
        }
        file.sync();
    }

    /**
     * Reads both copies of all pages that are in use, and says which are damaged. A page whose change has not ended may
     * have a copy that a crash tore; so may the change page, which everybody then takes for saying that all has changed,
     * and whose next writer replaces the bad copy.
     */
    public static List<String> errors(Pv pv) throws IOException {
        List<String> errors = new ArrayList<>();
        ByteBuffer twin = Pages.allocate(2);
        Optional<ChangePage.Read> change = ChangePage.read(pv.file(), pv.superblock(), twin, ChangePage.first(0));
        if (change.isEmpty()) {
            ChangePage.damage(pv.file(), pv.superblock(), twin).ifPresent(errors::add);
        }
        int[] open = change.map(read -> read.page().open()).orElse(new int[0]);
        for (int page = 0; page < pv.geometry().ledgerPages(); page++) {
            int number = page;
            read(pv, page, 1, twin);
            Choice choice = choose(pv, page, twin, 0);
            if (!choice.readable() || Arrays.stream(open).noneMatch(each -> each == number)) {
                choice.damage().ifPresent(errors::add);
            }
        }
        return errors;
    }

    /** The pages that have one damaged copy. */
    public static int[] damaged(Pv pv) throws IOException {
        List<Integer> found = new ArrayList<>();
        ByteBuffer twin = Pages.allocate(2);
        for (int page = 0; page < pv.geometry().ledgerPages(); page++) {
            read(pv, page, 1, twin);
            Choice choice = choose(pv, page, twin, 0);
            if (choice.readable() && choice.damage().isPresent()) {
                found.add(page);
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    ByteBuffer buffer() {
        return pages;
    }

    boolean holds(int unit) {
        return Arrays.binarySearch(numbers, unit / ENTRIES) >= 0;
    }

    /** Gives a unit to an LU or nobody. Fails unless it belongs to whom it is expected to. */
    void set(int unit, Optional<Ledger.Entry> entry, Optional<UUID> expected, long epoch) {
        int at = entryAt(Arrays.binarySearch(numbers, unit / ENTRIES) * Pages.BYTES, unit);
        UUID found = Pages.uuid(pages, at);
        if (!found.equals(expected.orElse(new UUID(0, 0)))) {
            throw StorageError.POOL_DAMAGED.error(
                    "Unit " + unit + " of PV " + pv.file().path() + " is not what this node knows of it",
                    "the ledger gives it to " + found + ", not to "
                            + expected.map(UUID::toString).orElse("nobody"),
                    "run pool:check; nothing was changed");
        }
        Pages.blank(pages, at, ENTRY_BYTES);
        entry.ifPresent(owned -> {
            Pages.putUuid(pages, at, owned.lu());
            pages.putLong(at + 16, epoch);
            pages.putInt(at + 24, owned.sequence());
        });
    }

    /** Makes the pages durable; returns the PV's change page as it is then. */
    ChangePage write(ChangePage change, long epoch) throws IOException {
        int incarnation = pv.incarnation();
        BlockFile file = pv.file();
        ChangePage begun = change.begin(numbers);
        begun.write(file, pv.superblock(), epoch);
        pv.sync(incarnation);
        for (int i = 0; i < numbers.length; i++) {
            int at = i * Pages.BYTES;
            Pages.seal(pages, at, Pages.Kind.LEDGER, pv.id(), numbers[i], generations[i] + 1, epoch);
        }
        writeCopies(file, 0);
        pv.sync(incarnation);
        writeCopies(file, 1);
        pv.sync(incarnation);
        ChangePage ended = begun.end();
        ended.write(file, pv.superblock(), epoch);
        pv.sync(incarnation);
        return ended;
    }

    private void writeCopies(BlockFile file, int copy) throws IOException {
        for (int i = 0; i < numbers.length; i++) {
            ByteBuffer one = pages.duplicate().position(i * Pages.BYTES).limit((i + 1) * Pages.BYTES);
            file.writePages(one, offset(pv, numbers[i]) + (long) copy * Pages.BYTES);
        }
    }
}
