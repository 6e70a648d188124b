package org.serai.storage.extent.space;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.serai.storage.StorageError;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.spi.PoolMap;
import org.serai.storage.spi.PvUsage;

/**
 * The ledger of one PV, in memory: which LU owns which allocation unit. Guarded by the pool's space, which brings it up
 * to date before each use that must be right; changed only while the space is held exclusively.
 */
public final class Ledger {
    static final int ENTRIES = LedgerPages.ENTRIES;

    /** More changes than a pool sees. */
    private static final long LOST = 1L << 32;

    private final Pv pv;
    private final Owners owners;
    private Owners.Owner[] ownerOf = {};
    private int[] sequenceOf = {};
    private int free;
    private ChangePage change = ChangePage.first(0);
    private long seen = -1;
    private boolean current;
    private boolean changeLost;
    private final Map<Integer, String> damaged = new TreeMap<>();
    private final BitSet unreadable = new BitSet();

    Ledger(Pv pv, Owners owners) {
        this.pv = pv;
        this.owners = owners;
    }

    /**
     * An owned unit.
     *
     * @param position the PV's place in the pool
     * @param unit the unit's number on the PV
     * @param lu its owner
     * @param sequence its place among the units of the LU; the LU's root is in the lowest one that is not above 0
     */
    public record Entry(int position, int unit, UUID lu, int sequence) {
        static final Comparator<Entry> ORDER = Comparator.comparingInt(Entry::sequence)
                .thenComparingInt(Entry::position)
                .thenComparingInt(Entry::unit);
    }

    /** Whether the last look at it succeeded. */
    boolean isCurrent() {
        return current;
    }

    void current(boolean now) {
        current = now;
    }

    /** Reads what others have changed since the last time: one page if they have not. */
    void refresh(ByteBuffer chunk) throws IOException {
        Optional<ChangePage.Read> found = ChangePage.read(pv.file(), pv.superblock(), chunk, change);
        changeLost = found.isEmpty();
        ChangePage.Read read = found.orElse(new ChangePage.Read(change.announce(-1), true));
        if (read.page().superblock() != pv.superblock().generation()) {
            pv.reload();
        }
        Geometry geometry = pv.geometry();
        resize(geometry.units());
        Optional<BitSet> changed = read.since(seen);
        if (changed.isEmpty()) {
            readPages(0, geometry.ledgerPages(), chunk);
        } else {
            for (int page = changed.get().nextSetBit(0);
                    page >= 0;
                    page = changed.get().nextSetBit(page + 1)) {
                if (page < geometry.ledgerPages()) {
                    readPages(page, 1, chunk);
                }
            }
        }
        if (!changeLost) {
            change = read.page();
            seen = change.ended();
        }
    }

    private void resize(int units) {
        if (units > ownerOf.length) {
            free += units - ownerOf.length;
            ownerOf = Arrays.copyOf(ownerOf, units);
            sequenceOf = Arrays.copyOf(sequenceOf, units);
            // What was a ledger page's unused end, or no page at all, has not been looked at.
            seen = -1;
        }
    }

    private void readPages(int first, int count, ByteBuffer chunk) throws IOException {
        int step = chunk.capacity() / (2 * Pages.BYTES);
        for (int done = 0; done < count; done += step) {
            int n = Math.min(step, count - done);
            LedgerPages.read(pv, first + done, n, chunk);
            for (int i = 0; i < n; i++) {
                LedgerPages.Choice choice = LedgerPages.choose(pv, first + done + i, chunk, 2 * i * Pages.BYTES);
                note(first + done + i, choice);
                if (choice.readable()) {
                    apply(first + done + i, chunk, choice.at());
                }
            }
        }
    }

    private void note(int page, LedgerPages.Choice choice) {
        if (choice.damage().isPresent()) {
            damaged.put(page, choice.damage().get());
        } else {
            damaged.remove(page);
        }
        unreadable.set(page, !choice.readable());
    }

    private void apply(int page, ByteBuffer from, int at) {
        int first = page * ENTRIES;
        for (int unit = first; unit < Math.min(first + ENTRIES, ownerOf.length); unit++) {
            int entry = LedgerPages.entryAt(at, unit);
            set(unit, from.getLong(entry), from.getLong(entry + 8), from.getInt(entry + 24));
        }
    }

    private void set(int unit, long high, long low, int sequence) {
        Owners.Owner before = ownerOf[unit];
        boolean nobody = high == 0 && low == 0;
        boolean same = before == null
                ? nobody
                : before.lu.getMostSignificantBits() == high && before.lu.getLeastSignificantBits() == low;
        sequenceOf[unit] = sequence;
        if (same) {
            return;
        }
        if (before == null) {
            free--;
        } else {
            owners.remove(before);
        }
        if (nobody) {
            ownerOf[unit] = null;
            free++;
        } else {
            ownerOf[unit] = owners.of(new UUID(high, low));
            owners.add(ownerOf[unit], pv.position(), unit);
        }
    }

    /** What is wrong with its pages. */
    List<String> errors() {
        return List.copyOf(damaged.values());
    }

    /** Fails unless every page can be read, which is needed before anything is given away. */
    void requireReadable() {
        if (!unreadable.isEmpty() || changeLost) {
            throw StorageError.POOL_DAMAGED.error(
                    "The ledger of PV " + pv.file().path() + " cannot be read",
                    changeLost ? "its change page has no intact copy" : String.join("; ", errors()),
                    "stop using the pool, run pool:check and restore the PV from a copy");
        }
    }

    boolean isReadable() {
        return unreadable.isEmpty();
    }

    int units() {
        return ownerOf.length;
    }

    int freeUnits() {
        return free;
    }

    /** The unit's entry if that LU owns it. */
    Optional<Entry> entry(int unit, Owners.Owner owner) {
        return unit < ownerOf.length && ownerOf[unit] == owner
                ? Optional.of(new Entry(pv.position(), unit, owner.lu, sequenceOf[unit]))
                : Optional.empty();
    }

    /** How the PV is used. */
    PvUsage usage() {
        Geometry geometry = pv.geometry();
        return new PvUsage(
                pv.id(),
                geometry.sizeBytes(),
                geometry.usableUnits() * geometry.unitBytes(),
                (units() - freeUnits()) * geometry.unitBytes(),
                pv.file().isReachable());
    }

    /** The parts of the PV that LUs own, in the order of their places. */
    List<PoolMap.Part> parts() {
        List<PoolMap.Part> parts = new ArrayList<>();
        Geometry geometry = pv.geometry();
        for (int unit = 0, next; unit < ownerOf.length; unit = next) {
            Owners.Owner owner = ownerOf[unit];
            next = unit + 1;
            while (next < ownerOf.length && ownerOf[next] == owner) {
                next++;
            }
            if (owner != null) {
                long offset = pv.offset((long) unit * geometry.unitExtents());
                parts.add(new PoolMap.Part(offset, (next - unit) * geometry.unitSpan(), owner.lu));
            }
        }
        return parts;
    }

    /** Up to so many free units, lowest first. */
    List<Integer> free(int count) {
        List<Integer> found = new ArrayList<>();
        for (int unit = 0; unit < ownerOf.length && found.size() < count; unit++) {
            if (ownerOf[unit] == null && !unreadable.get(unit / ENTRIES)) {
                found.add(unit);
            }
        }
        return found;
    }

    /** The free units of this PV are nobody's any more, and what it held is forgotten: it left the pool. */
    void forget() {
        for (int unit = 0; unit < ownerOf.length; unit++) {
            set(unit, 0, 0, 0);
        }
        ownerOf = new Owners.Owner[0];
        sequenceOf = new int[0];
        free = 0;
        seen = -1;
    }

    /**
     * Changes entries, durable at return. What another node made of them is looked at once more, on the PV.
     *
     * @param changes for each unit its new entry; empty to free it
     * @param expected the LU that must have the units now; empty if they must be free
     */
    void change(Map<Integer, Optional<Entry>> changes, Optional<UUID> expected, long epoch) throws IOException {
        int[] pages = changes.keySet().stream()
                .mapToInt(unit -> unit / ENTRIES)
                .sorted()
                .distinct()
                .toArray();
        if (change.open().length > 0) {
            // What a writer that died has begun is ended here: both copies of its pages say the same again.
            int[] open = Arrays.stream(change.open()).sorted().distinct().toArray();
            changePages(open, Map.of(), expected, epoch);
        }
        for (int from = 0; from < pages.length; from += LedgerPages.BATCH) {
            int[] batch = Arrays.copyOfRange(pages, from, Math.min(pages.length, from + LedgerPages.BATCH));
            changePages(batch, changes, expected, epoch);
        }
    }

    private void changePages(int[] batch, Map<Integer, Optional<Entry>> changes, Optional<UUID> expected, long epoch)
            throws IOException {
        LedgerPages pages = LedgerPages.load(pv, batch);
        for (Map.Entry<Integer, Optional<Entry>> one : changes.entrySet()) {
            if (pages.holds(one.getKey())) {
                pages.set(one.getKey(), one.getValue(), expected, epoch);
            }
        }
        change = pages.write(change, epoch);
        seen = change.ended();
        for (int i = 0; i < batch.length; i++) {
            damaged.remove(batch[i]);
            apply(batch[i], pages.buffer(), i * Pages.BYTES);
        }
    }

    /**
     * Writes what has a damaged copy anew, from the intact one. If the change page is gone it begins at a count that
     * everybody must take for more than was remembered, and reads the ledger as a whole.
     */
    void mend() throws IOException {
        if (changeLost) {
            int incarnation = pv.incarnation();
            change = new ChangePage(
                    change.generation() + LOST,
                    change.copy(),
                    change.begun() + LOST,
                    change.begun() + LOST,
                    pv.superblock().generation(),
                    new int[ChangePage.RING]);
            for (int copy = 0; copy < 2; copy++) {
                change = change.end();
                change.write(pv.file(), pv.superblock(), 0);
                pv.sync(incarnation);
            }
            changeLost = false;
        }
        int[] pages = LedgerPages.damaged(pv);
        for (int from = 0; from < pages.length; from += LedgerPages.BATCH) {
            changePages(
                    Arrays.copyOfRange(pages, from, Math.min(pages.length, from + LedgerPages.BATCH)),
                    Map.of(),
                    Optional.empty(),
                    0);
        }
        for (int copy = 0; copy < 2; copy++) {
            announce(change.superblock());
        }
    }

    /** Announces a superblock that is going to be written, durable at return. */
    void announce(long superblockGeneration) throws IOException {
        int incarnation = pv.incarnation();
        ChangePage next = change.announce(superblockGeneration);
        next.write(pv.file(), pv.superblock(), 0);
        pv.sync(incarnation);
        change = next;
    }

    long announced() {
        return change.superblock();
    }
}
