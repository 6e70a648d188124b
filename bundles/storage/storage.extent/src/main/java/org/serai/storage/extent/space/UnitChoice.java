package org.serai.storage.extent.space;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.pv.Superblock;

/** Chooses units for an LU among those that are free. Guarded by the pool's space. */
final class UnitChoice {
    /** No LU takes more of the free space at once than one part of so many: what is left is for all. */
    private static final int SHARE = 8;

    private final PvSet pvs;
    private final Map<Integer, Ledger> ledgers;

    UnitChoice(PvSet pvs, Map<Integer, Ledger> ledgers) {
        this.pvs = pvs;
        this.ledgers = ledgers;
    }

    /** Units from the PVs with the most room first; none if there are none, or none that may be taken ahead. */
    List<Ledger.Entry> choose(Demand demand, int sequence) {
        List<Pv> candidates = pvs.all().stream()
                .filter(pv -> demand.where().allows(pv.id()))
                .filter(pv -> ledgers.get(pv.position()).isCurrent())
                .filter(pv -> pv.superblock().state() == Superblock.State.READY)
                .sorted(Comparator.comparingLong(
                                (Pv pv) -> room(pv, demand) * pv.geometry().unitBytes())
                        .reversed())
                .toList();
        int rooms = candidates.stream().mapToInt(pv -> room(pv, demand)).sum();
        int wanted = Math.min(demand.units(), Math.max(demand.ahead() ? 0 : 1, rooms / SHARE));
        List<Ledger.Entry> chosen = new ArrayList<>();
        for (Pv pv : candidates) {
            int count = Math.min(wanted - chosen.size(), room(pv, demand));
            for (int unit : ledgers.get(pv.position()).free(count)) {
                chosen.add(new Ledger.Entry(pv.position(), unit, demand.lu(), sequence + chosen.size()));
            }
        }
        return chosen;
    }

    private int room(Pv pv, Demand demand) {
        int free = ledgers.get(pv.position()).freeUnits();
        return Math.max(0, demand.reserve() ? free : free - pv.geometry().reservedUnits());
    }
}
