package org.serai.storage.extent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The units of one LU in their order, and the cursor behind which nothing has been used. */
final class LuSpace {
    private static final int UNITS_AT_ONCE = 64;

    private final PvSet pvs;
    private final List<Ledger.Entry> units = new ArrayList<>();
    private final Map<Long, Integer> places = new HashMap<>();
    private final ArrayDeque<Long> returned = new ArrayDeque<>();
    private int cursorUnit;
    private int cursorExtent;

    LuSpace(PvSet pvs, List<Ledger.Entry> units) {
        this.pvs = pvs;
        add(units);
    }

    synchronized void add(List<Ledger.Entry> more) {
        for (Ledger.Entry unit : more) {
            places.put(key(unit.position(), unit.unit()), units.size());
            units.add(unit);
        }
    }

    /** Sets the cursor as a header has it. */
    synchronized void resume(int unit, int extent) {
        cursorUnit = unit;
        cursorExtent = extent;
    }

    /** Moves the cursor behind an extent that is in use. */
    synchronized void behind(long place) {
        if (place >= ((long) cursorUnit << 32 | cursorExtent)) {
            cursorUnit = (int) (place >>> 32);
            cursorExtent = (int) place + 1;
        }
    }

    /** An extent's place in the order of use, unit in the upper half; negative if it is not this LU's. */
    synchronized long place(long address) {
        int position = ExtentAddress.position(address);
        if (!pvs.has(position)) {
            return -1;
        }
        int unitExtents = pvs.at(position).geometry().unitExtents();
        long extent = ExtentAddress.extent(address);
        Integer index = places.get(key(position, extent / unitExtents));
        return index == null ? -1 : (long) index << 32 | extent % unitExtents;
    }

    /** The next extent; {@link ExtentAddress#NONE} if the LU needs more units first. */
    synchronized long take() {
        if (!returned.isEmpty()) {
            return returned.pop();
        }
        while (cursorUnit < units.size()) {
            Ledger.Entry unit = units.get(cursorUnit);
            int unitExtents = pvs.at(unit.position()).geometry().unitExtents();
            if (cursorExtent < unitExtents) {
                return ExtentAddress.of(unit.position(), (long) unit.unit() * unitExtents + cursorExtent++);
            }
            cursorUnit++;
            cursorExtent = 0;
        }
        return ExtentAddress.NONE;
    }

    /** Gives back an extent that was taken and got into no map. */
    synchronized void giveBack(long address) {
        returned.push(address);
    }

    /** How many units to take next: as many again as there are, but no more than the LU can need. */
    synchronized int unitsToTake(long extentsAtMost) {
        long capacity = 0;
        for (Ledger.Entry unit : units) {
            capacity += pvs.at(unit.position()).geometry().unitExtents();
        }
        long smallestUnit = pvs.smallestUnitExtents();
        long missing = Math.max(1, Math.ceilDiv(extentsAtMost - capacity, smallestUnit));
        return (int) Math.min(missing, Math.min(UNITS_AT_ONCE, units.size()));
    }

    synchronized int nextSequence() {
        return units.getLast().sequence() + 1;
    }

    synchronized int cursorUnit() {
        return cursorUnit;
    }

    synchronized int cursorExtent() {
        return cursorExtent;
    }

    /** How many extents lie before the cursor. */
    synchronized long extentsBeforeCursor() {
        long count = cursorExtent;
        for (int i = 0; i < cursorUnit; i++) {
            count += pvs.at(units.get(i).position()).geometry().unitExtents();
        }
        return count;
    }

    synchronized List<Ledger.Entry> units() {
        return List.copyOf(units);
    }

    private static Long key(int position, long unit) {
        return (long) position << 32 | unit;
    }
}
