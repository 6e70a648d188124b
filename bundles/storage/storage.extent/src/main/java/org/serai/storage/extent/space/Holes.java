package org.serai.storage.extent.space;

import java.util.List;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.Pv;

/** Gives the space of units that nobody owns any more back to what is below their PV. */
final class Holes {
    private Holes() {}

    static void punch(Pv pv, List<Ledger.Entry> freed) {
        int[] numbers = freed.stream().mapToInt(Ledger.Entry::unit).sorted().toArray();
        Geometry geometry = pv.geometry();
        for (int i = 0; i < numbers.length; ) {
            int first = i++;
            while (i < numbers.length && numbers[i] == numbers[i - 1] + 1) {
                i++;
            }
            long begin = pv.offset((long) numbers[first] * geometry.unitExtents());
            pv.file().giveBack(begin, (i - first) * geometry.unitSpan());
        }
    }
}
