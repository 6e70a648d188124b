package org.serai.storage.extent.lu;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.ExtentSet;
import org.serai.storage.extent.space.Ledger;

/**
 * The units of one LU, and which of their extents are free. Of an LU that was closed in order only the cursor is known
 * at first: behind it nothing has been used, and what is free before it is found by a scan of the maps when it is first
 * needed ({@link #isExact}).
 */
public final class LuSpace {
    private static final int UNITS_AT_ONCE = 64;

    private final PvSet pvs;
    private final TreeMap<Integer, Unit> units = new TreeMap<>();
    private final Map<Long, Unit> places = new HashMap<>();
    private IntPredicate allowed = _ -> true;
    private boolean exact;
    private int cursorSequence;
    private int cursorExtent;
    /** No unit before has anything free that may be taken. */
    private int firstFree = Integer.MIN_VALUE;
    /** Extents before the cursor that are free; used while that is all that is known. */
    private long freed;
    /** While a scan runs: what was taken and given back since it began. */
    private ExtentSet takenSince;

    private ExtentSet freedSince;
    /** Given back, but not to be used again before the LU is opened anew. */
    private long withheld;

    private static final class Unit {
        private final Ledger.Entry entry;
        private final int extents;
        private final BitSet used = new BitSet();
        private int free;
        /** Something in it was used once since the LU was opened, or before. */
        private boolean touched;
        /** To be given back at the close unless it was touched. */
        private boolean ahead;

        private Unit(Ledger.Entry entry, int extents) {
            this.entry = entry;
            this.extents = extents;
            this.free = extents;
        }

        private long address(int extent) {
            return ExtentAddress.of(entry.position(), (long) entry.unit() * extents + extent);
        }

        private boolean use(int extent) {
            if (used.get(extent)) {
                return false;
            }
            used.set(extent);
            free--;
            touched = true;
            return true;
        }
    }

    /** Space of which only the units are known yet. */
    public LuSpace(PvSet pvs, List<Ledger.Entry> units) {
        this.pvs = pvs;
        add(units);
    }

    /** Whether units of an LU may have gone with a PV that was given up: then its header does not count right. */
    public static boolean maybeFewer(PvSet pvs, List<Ledger.Entry> units, int cursorSequence) {
        boolean gap = units.getLast().sequence() >= units.size();
        return pvs.isAnyLost() && (gap || units.stream().noneMatch(unit -> unit.sequence() == cursorSequence));
    }

    synchronized void add(List<Ledger.Entry> more) {
        for (Ledger.Entry entry : more) {
            Unit unit = new Unit(entry, pvs.at(entry.position()).geometry().unitExtents());
            places.put(key(entry.position(), entry.unit()), unit);
            units.put(entry.sequence(), unit);
        }
        firstFree = Integer.MIN_VALUE;
    }

    /** Adds units that are given back by {@link #removeAhead} unless they are used. */
    synchronized void addAhead(List<Ledger.Entry> more) {
        add(more);
        more.forEach(entry -> units.get(entry.sequence()).ahead = true);
    }

    /** Knows where nothing has been used yet, and how much is free before that. */
    public synchronized void resume(int sequence, int extent, long freedBefore) {
        cursorSequence = sequence;
        cursorExtent = extent;
        freed = freedBefore;
        exact = false;
    }

    /** Knows all that is used: what was {@link #claim}ed. What else the holder before had taken it may not have needed. */
    public synchronized void claimed() {
        exact = true;
        units.values().forEach(unit -> unit.ahead = true);
    }

    /** Notes an extent as used, before anything is taken; false if it was noted already. */
    public synchronized boolean claim(long address) {
        Unit unit = unit(address);
        return unit != null && unit.use(within(unit, address));
    }

    /** Whether all free extents are known. */
    synchronized boolean isExact() {
        return exact;
    }

    /** Whether a scan would find free extents. */
    synchronized boolean hasHidden() {
        return !exact && freed > 0;
    }

    /** From which PVs extents are taken. */
    public synchronized void allow(IntPredicate positions) {
        allowed = positions;
        firstFree = Integer.MIN_VALUE;
    }

    synchronized boolean isAllowed(int position) {
        return allowed.test(position);
    }

    /** Whether an extent is in a unit of this LU where it should not be. */
    synchronized boolean isElsewhere(long address) {
        return !isAllowed(ExtentAddress.position(address)) && unit(address) != null;
    }

    /** Extents that a scan would find, and those of the smallest unit. */
    synchronized boolean isScanWorthwhile() {
        return !exact && freed >= pvs.smallestUnitExtents();
    }

    /** Whether an extent is in one of this LU's units. */
    public synchronized boolean owns(long address) {
        return unit(address) != null;
    }

    private Unit unit(long address) {
        int position = ExtentAddress.position(address);
        if (!pvs.has(position)) {
            return null;
        }
        int unitExtents = pvs.at(position).geometry().unitExtents();
        return places.get(key(position, ExtentAddress.extent(address) / unitExtents));
    }

    private static int within(Unit unit, long address) {
        return (int) (ExtentAddress.extent(address) % unit.extents);
    }

    /** A free extent; {@link ExtentAddress#NONE} if the LU needs more units first, or a scan. */
    synchronized long take() {
        long address = exact ? takeFree() : takeBehindCursor();
        if (takenSince != null && address != ExtentAddress.NONE) {
            takenSince.add(address);
        }
        return address;
    }

    private long takeFree() {
        for (Unit unit : units.tailMap(firstFree).values()) {
            if (unit.free > 0 && isAllowed(unit.entry.position())) {
                firstFree = unit.entry.sequence();
                int extent = unit.used.nextClearBit(0);
                unit.use(extent);
                return unit.address(extent);
            }
        }
        firstFree = Integer.MAX_VALUE;
        return ExtentAddress.NONE;
    }

    private long takeBehindCursor() {
        for (Unit unit : units.tailMap(cursorSequence).values()) {
            if (unit.entry.sequence() > cursorSequence) {
                cursorSequence = unit.entry.sequence();
                cursorExtent = 0;
            }
            if (cursorExtent < unit.extents && isAllowed(unit.entry.position())) {
                unit.use(cursorExtent);
                return unit.address(cursorExtent++);
            }
            // Passed by because its PV is not allowed: free, and before the cursor.
            freed += unit.extents - cursorExtent;
            cursorExtent = unit.extents;
        }
        return ExtentAddress.NONE;
    }

    /** Gives back an extent that was taken and got into no map, or that has left all of them durably. */
    synchronized void release(long address) {
        Unit unit = unit(address);
        if (exact) {
            if (!unit.used.get(within(unit, address))) {
                throw new IllegalStateException("extent " + Long.toHexString(address) + " is free already");
            }
            unit.used.clear(within(unit, address));
            unit.free++;
            firstFree = Math.min(firstFree, unit.entry.sequence());
        } else {
            freed++;
            if (freedSince != null) {
                freedSince.add(address);
            }
        }
    }

    synchronized void release(ExtentSet set) {
        set.forEach(this::release);
    }

    /** Extents that are free, but that somebody may still read: free when the LU is opened anew. */
    synchronized void withhold(ExtentSet set) {
        withheld += set.size();
    }

    /** From now on notes what changes, until {@link #endScan}. */
    synchronized void beginScan() {
        takenSince = new ExtentSet();
        freedSince = new ExtentSet();
    }

    /** A scan did not come to its end. */
    synchronized void dropScan() {
        takenSince = null;
        freedSince = null;
    }

    /** Takes over what a scan found in maps. */
    synchronized void endScan(ExtentSet found) {
        units.values().forEach(unit -> {
            unit.used.clear();
            unit.free = unit.extents;
            unit.touched |= unit.entry.sequence() < cursorSequence;
        });
        firstFree = Integer.MIN_VALUE;
        ExtentSet since = freedSince;
        found.forEach(address -> {
            if (!since.contains(address)) {
                claim(address);
            }
        });
        takenSince.forEach(address -> {
            if (!since.contains(address)) {
                claim(address);
            }
        });
        dropScan();
        exact = true;
    }

    /** How many units to take next: as many again as there are, but no more than the LU can need. */
    synchronized int unitsToTake(long extentsAtMost) {
        if (hasHidden()) {
            return 1;
        }
        long capacity = units.values().stream().mapToLong(unit -> unit.extents).sum();
        long missing = Math.max(1, Math.ceilDiv(extentsAtMost - capacity, (long) pvs.smallestUnitExtents()));
        return (int) Math.min(missing, Math.min(UNITS_AT_ONCE, units.size()));
    }

    /** How many units to take so that so many extents can be given, but no more than the LU can need; 0 if it has them. */
    synchronized int unitsMissing(long extents, long extentsAtMost) {
        long capacity = 0;
        long free = 0;
        for (Unit unit : units.values()) {
            capacity += unit.extents;
            free += isAllowed(unit.entry.position()) ? freeOf(unit) : 0;
        }
        long missing = Math.min(extents - free, extentsAtMost - capacity);
        return Math.toIntExact(Math.max(0, Math.ceilDiv(missing, (long) pvs.smallestUnitExtents())));
    }

    /** What {@link #take} finds in a unit. */
    private int freeOf(Unit unit) {
        if (exact || unit.entry.sequence() > cursorSequence) {
            return unit.free;
        }
        return unit.entry.sequence() == cursorSequence ? unit.extents - cursorExtent : 0;
    }

    /** Units that were taken ahead and in which nothing ever was, which are this LU's no more. */
    synchronized List<Ledger.Entry> removeAhead() {
        return remove(units.values().stream()
                .filter(unit -> unit.ahead && !unit.touched)
                .filter(unit -> exact || unit.entry.sequence() > cursorSequence)
                .map(unit -> unit.entry)
                .toList());
    }

    /**
     * Units in which nothing is used, which are this LU's no more: those whose PV is not allowed, and those in which
     * something was used once. Not the one with the root.
     *
     * @param spare those too in which nothing ever was
     */
    synchronized List<Ledger.Entry> removeEmpty(boolean spare) {
        if (!exact) {
            return List.of();
        }
        return remove(units.values().stream()
                .filter(unit ->
                        unit.free == unit.extents && unit != units.firstEntry().getValue())
                .filter(unit -> spare || unit.touched || !isAllowed(unit.entry.position()))
                .map(unit -> unit.entry)
                .toList());
    }

    private List<Ledger.Entry> remove(List<Ledger.Entry> gone) {
        for (Ledger.Entry entry : gone) {
            units.remove(entry.sequence());
            places.remove(key(entry.position(), entry.unit()));
        }
        return gone;
    }

    /** Adds a unit whose first extent is to be the root, and is nobody else's. */
    synchronized long addForRoot(Ledger.Entry entry) {
        add(List.of(entry));
        Unit unit = units.get(entry.sequence());
        unit.use(0);
        return unit.address(0);
    }

    /** The unit with the root comes first from now on. */
    synchronized void first(Ledger.Entry from, Ledger.Entry to) {
        Unit old = units.remove(from.sequence());
        Unit unit = new Unit(to, old.extents);
        unit.used.or(old.used);
        unit.free = old.free;
        unit.touched = old.touched;
        units.put(to.sequence(), unit);
        places.put(key(to.position(), to.unit()), unit);
        firstFree = Math.min(firstFree, to.sequence());
    }

    /** What the header says of the space: how many extents before the cursor are free, and the cursor. */
    synchronized LuHeader.Counts counts(long shown, long foreign, long owned) {
        if (!exact) {
            return new LuHeader.Counts(shown, foreign, owned, freed + withheld, cursorSequence, cursorExtent);
        }
        int sequence = units.firstKey();
        int extent = 0;
        long free = 0;
        long freeBefore = 0;
        for (Unit unit : units.values()) {
            int end = unit.used.length();
            if (end > 0) {
                sequence = unit.entry.sequence();
                extent = end;
                freeBefore = free + end - unit.used.cardinality();
            }
            free += unit.free;
        }
        return new LuHeader.Counts(shown, foreign, owned, freeBefore + withheld, sequence, extent);
    }

    /** How many extents lie before the cursor. */
    public synchronized long extentsBeforeCursor() {
        long count = cursorExtent;
        for (Unit unit : units.headMap(cursorSequence).values()) {
            count += unit.extents;
        }
        return count;
    }

    synchronized List<Ledger.Entry> units() {
        List<Ledger.Entry> found = new ArrayList<>();
        units.values().forEach(unit -> found.add(unit.entry));
        return found;
    }

    private static Long key(int position, long unit) {
        return (long) position << 32 | unit;
    }
}
