package org.serai.storage.extent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolContext;

/** The space of a pool that LUs share: units are taken and given back here, and only while no other node does so. */
final class Space {
    private final String pool;
    private final PvSet pvs;
    private final PoolContext context;
    private volatile int fillPermille;

    Space(String pool, PvSet pvs, PoolContext context) {
        this.pool = pool;
        this.pvs = pvs;
        this.context = context;
    }

    /** Work on the space that may fail with an I/O error. */
    interface SpaceWork<R> {
        R run() throws IOException;
    }

    /** Runs work while no other node changes the space. */
    <R> R exclusively(String what, SpaceWork<R> work) {
        return context.exclusively(() -> quietly(what, work));
    }

    /** Runs work, turning an I/O error into the platform's. */
    <R> R quietly(String what, SpaceWork<R> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw Pv.failed(what + " of pool " + pool + " failed", e);
        }
    }

    /** The units of an LU in their order, as they are now. */
    List<Ledger.Entry> unitsOf(UUID lu) {
        return all().stream()
                .filter(entry -> entry.lu().equals(lu))
                .sorted(Comparator.comparingInt(Ledger.Entry::sequence))
                .toList();
    }

    /** All owned units, as they are now. */
    List<Ledger.Entry> all() {
        return quietly("Reading the ledger", () -> {
            List<Ledger.Entry> all = new ArrayList<>();
            for (Pv pv : pvs.all()) {
                all.addAll(pv.ledger().entries());
            }
            return all;
        });
    }

    /**
     * Takes units for an LU, at least one, from the PV with the most room. Call it exclusively.
     *
     * @param prepare is given the units before they are the LU's, and makes durable what must be in them
     */
    List<Ledger.Entry> take(UUID lu, int wanted, int sequence, long epoch, Preparation prepare) throws IOException {
        List<Ledger> ledgers = readAll();
        int fullest = 0;
        for (int i = 1; i < ledgers.size(); i++) {
            fullest = ledgers.get(i).freeUnits() > ledgers.get(fullest).freeUnits() ? i : fullest;
        }
        Ledger ledger = ledgers.get(fullest);
        List<Ledger.Entry> taken = new ArrayList<>();
        for (int unit : ledger.free(wanted)) {
            taken.add(new Ledger.Entry(ledger.position(), unit, lu, sequence + taken.size(), epoch));
        }
        if (taken.isEmpty()) {
            throw full();
        }
        prepare.prepare(taken);
        taken.forEach(ledger::own);
        ledger.write(taken.stream().map(Ledger.Entry::unit).toList(), epoch);
        return taken;
    }

    /** Frees all units of an LU. Call it exclusively. */
    void release(UUID lu, long epoch) throws IOException {
        List<Ledger> ledgers = readAll();
        Map<Integer, List<Ledger.Entry>> owned = new HashMap<>();
        for (Ledger ledger : ledgers) {
            owned.putAll(ledger.entries().stream()
                    .filter(entry -> entry.lu().equals(lu))
                    .collect(Collectors.groupingBy(Ledger.Entry::position)));
        }
        for (Map.Entry<Integer, List<Ledger.Entry>> ofPv : owned.entrySet()) {
            List<Integer> units =
                    ofPv.getValue().stream().map(Ledger.Entry::unit).toList();
            Ledger ledger = ledgers.stream()
                    .filter(one -> one.position() == ofPv.getKey())
                    .findFirst()
                    .orElseThrow();
            units.forEach(ledger::release);
            ledger.write(units, epoch);
            Pv pv = pvs.at(ofPv.getKey());
            for (int unit : units) {
                long unitBytes = pv.geometry().unitBytes();
                pv.file().giveBack(pv.offset((long) unit * pv.geometry().unitExtents()), unitBytes);
            }
        }
    }

    /** What must be durable in units before they are owned. */
    interface Preparation {
        void prepare(List<Ledger.Entry> units) throws IOException;
    }

    private List<Ledger> readAll() throws IOException {
        List<Ledger> ledgers = new ArrayList<>();
        for (Pv pv : pvs.all()) {
            Ledger ledger = pv.ledger();
            ledger.requireReadable();
            ledgers.add(ledger);
        }
        long units = ledgers.stream().mapToLong(ledger -> ledger.units()).sum();
        long free = ledgers.stream().mapToLong(Ledger::freeUnits).sum();
        fillPermille = (int) (1000 * (units - free) / units);
        return ledgers;
    }

    /** How full the pool was when space was last taken or given back. */
    int fillPermille() {
        return fillPermille;
    }

    RuntimeException full() {
        return StorageError.POOL_FULL.error(
                "Pool " + pool + " has no space left",
                "every allocation unit is given to an LU",
                "delete LUs that nobody needs, or use another pool");
    }
}
