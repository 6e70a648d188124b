package org.serai.storage.extent.space;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvAwayException;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.pv.Superblock;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolMap;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The space of a pool that LUs share: units are taken and given back here, and only while no other node does so. All
 * ledgers are in memory with an index by LU; what other nodes changed is read before each use that says so.
 */
public final class Space {
    private static final Logger LOG = LoggerFactory.getLogger(Space.class);
    private static final int CHUNK_PAGES = 256;

    private final String pool;
    private final PvSet pvs;
    private final PoolContext context;
    private final Owners owners = new Owners();
    private final UnitSequences sequences = new UnitSequences();
    private final Map<Integer, Ledger> ledgers = new TreeMap<>();
    private final UnitChoice choice;
    private final ByteBuffer chunk = Pages.allocate(CHUNK_PAGES);
    private volatile Placement.PvFill[] fills = {};
    /** The thread that keeps all others from changing the space. */
    private volatile Thread holder;
    /** Whether that thread has looked at the ledgers. */
    private volatile boolean fresh;

    /** The space of a pool's PVs. */
    public Space(String pool, PvSet pvs, PoolContext context) {
        this.pool = pool;
        this.pvs = pvs;
        this.context = context;
        this.choice = new UnitChoice(pvs, ledgers);
    }

    /** Work on the space that may fail with an I/O error. */
    public interface SpaceWork<R> {
        R run() throws IOException;
    }

    /** Runs work while no other node changes the space. */
    public <R> R exclusively(String what, SpaceWork<R> work) {
        return context.exclusively(() -> {
            holder = Thread.currentThread();
            fresh = false;
            try {
                return quietly(what, work);
            } finally {
                holder = null;
            }
        });
    }

    /** Runs work, turning an I/O error into the platform's. */
    public <R> R quietly(String what, SpaceWork<R> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw Pv.failed(what + " of pool " + pool + " failed", e);
        }
    }

    /** The PVs that space may come from; an empty set for all of the pool. */
    public Placement placement(Set<UUID> of) {
        return new Placement(of, () -> fills);
    }

    /** Reads what other nodes have changed since the last time: one page of each PV if they have not. */
    public synchronized void refresh() throws IOException {
        boolean mine = holder == Thread.currentThread();
        if (!mine || !fresh) {
            refreshNow();
            fresh = mine;
        }
    }

    /** As above, even if this thread has looked and keeps all others from changing anything. */
    public synchronized void refreshNow() throws IOException {
        refreshOne(pvs.first());
        if (!pvs.isCurrent()) {
            pvs.learn();
            ledgers.entrySet().removeIf(known -> {
                boolean gone = !pvs.has(known.getKey());
                if (gone) {
                    known.getValue().forget();
                }
                return gone;
            });
        }
        for (Pv pv : pvs.all()) {
            if (pv != pvs.first()) {
                refreshOne(pv);
            }
        }
        noteFills();
    }

    private void refreshOne(Pv pv) throws IOException {
        Ledger ledger = ledgers.computeIfAbsent(pv.position(), _ -> new Ledger(pv, owners));
        try {
            pv.file().reach();
            ledger.refresh(chunk);
            ledger.current(true);
        } catch (IOException e) {
            // What was last known of it stays, and nothing is taken from it; whoever needs the PV itself is told.
            ledger.current(false);
            LOG.debug("The ledger of PV {} cannot be read: {}", pv.file().path(), e.getMessage());
        }
    }

    private void noteFills() {
        Placement.PvFill[] now = pvs.all().stream()
                .filter(Pv::isKnown)
                .map(pv -> {
                    long unit = pv.geometry().unitBytes();
                    Ledger ledger = ledgers.get(pv.position());
                    return new Placement.PvFill(
                            pv.id(),
                            pv.superblock().state() == Superblock.State.READY,
                            pv.geometry().usableUnits() * unit,
                            (ledger.units() - ledger.freeUnits()) * unit);
                })
                .toArray(Placement.PvFill[]::new);
        if (!java.util.Arrays.equals(now, fills)) {
            fills = now;
        }
    }

    /** The units of an LU in their order, as they are now; {@link StorageError#PV_AWAY} if some cannot be known. */
    public synchronized List<Ledger.Entry> unitsOf(UUID lu) {
        return quietly("Reading the ledger", () -> {
            refresh();
            List<Ledger.Entry> units = known(lu);
            if ((units.isEmpty() || maybeMore(units)) && unseen().isPresent()) {
                throw away(unseen().get(), "; LU " + lu + " may have a part on it");
            }
            return units;
        });
    }

    private static PvAwayException away(Pv pv, String consequence) {
        return new PvAwayException(pv.file().path(), pv.file().why() + consequence);
    }

    /**
     * The units of an LU in their order, the root's among them. With a PV away others may be missing, which does no harm
     * if no map names anything in them.
     */
    public synchronized List<Ledger.Entry> unitsWithRoot(UUID lu) {
        List<Ledger.Entry> units = unitsNow(lu);
        return units.isEmpty() || units.getFirst().sequence() > 0 ? unitsOf(lu) : units;
    }

    /** Whether an LU, of which these units are known, may have others on a PV that is away. */
    public synchronized boolean maybeMore(List<Ledger.Entry> units) {
        return units.getLast().sequence() >= units.size() && unseen().isPresent();
    }

    /** An LU has a new holder, at this node. */
    public synchronized void opened(UUID lu) {
        sequences.opened(lu, unseen().isEmpty());
    }

    /**
     * The units of an LU that is to be made, if it was made before: only where it may take them, so that a PV that is away
     * keeps nobody from making LUs elsewhere.
     */
    public synchronized List<Ledger.Entry> unitsOfMade(LuLayout made) {
        List<Ledger.Entry> units = unitsNow(made.lu());
        return unseen(made.pvs()).isEmpty() ? units : unitsOf(made.lu());
    }

    /** The units of an LU in their order, as far as they can be known now. */
    public synchronized List<Ledger.Entry> unitsNow(UUID lu) {
        return quietly("Reading the ledger", () -> {
            refresh();
            return known(lu);
        });
    }

    /** The units of an LU in their order, as they were when the ledgers were last looked at. */
    public synchronized List<Ledger.Entry> known(UUID lu) {
        return owners.find(lu)
                .map(owner -> owners.units(
                        owner,
                        (position, unit, of) ->
                                Optional.ofNullable(ledgers.get(position)).flatMap(ledger -> ledger.entry(unit, of))))
                .orElse(List.of());
    }

    /** A PV whose ledger could not be read just now. */
    public synchronized Optional<Pv> unseen() {
        return unseen(Set.of());
    }

    /** As above, one of these; of none is of any. */
    private Optional<Pv> unseen(Set<UUID> of) {
        return pvs.all().stream()
                .filter(pv -> of.isEmpty() || of.contains(pv.id()))
                .filter(pv -> !ledgers.get(pv.position()).isCurrent())
                .findFirst();
    }

    /** Where the root of an LU was when the ledger was last looked at, without looking. */
    public synchronized Optional<Ledger.Entry> rootOf(UUID lu) {
        return known(lu).stream().findFirst().filter(entry -> entry.sequence() <= 0);
    }

    /** The LUs that own any unit, as they are now. */
    public synchronized List<UUID> lus() {
        return quietly("Reading the ledger", () -> {
            refresh();
            return List.copyOf(owners.lus());
        });
    }

    /** The ledger of a PV as it was when it was last looked at. */
    synchronized Ledger ledger(Pv pv) {
        return ledgers.computeIfAbsent(pv.position(), _ -> new Ledger(pv, owners));
    }

    /** Whether the ledger of a PV is known and up to date. */
    public synchronized boolean isCurrent(Pv pv) {
        return ledgers.get(pv.position()).isCurrent();
    }

    /** The parts of a PV that LUs own, as they were when the ledger was last looked at. */
    public synchronized List<PoolMap.Part> parts(Pv pv) {
        return ledgers.get(pv.position()).parts();
    }

    /** Changes a PV's superblock, durable at return, in a way that every node learns of. Call it exclusively. */
    public synchronized void rewrite(Pv pv, UnaryOperator<Superblock> change) throws IOException {
        Ledger ledger = ledgers.get(pv.position());
        Superblock next = change.apply(pv.superblock());
        long generation = Math.max(next.generation(), ledger.announced() + 1);
        ledger.announce(generation);
        pv.write(next.next(next.state(), next.members(), next.geometry(), generation));
    }

    /** Writes both copies of those pages of a PV's ledger anew, and of its change page. Call it exclusively. */
    public synchronized void mend(Pv pv) throws IOException {
        refreshNow();
        ledgers.get(pv.position()).mend();
    }

    /** Sizes as they are now. */
    public synchronized PoolStore.Usage usage(long extentBytes) {
        long usable = 0;
        long used = 0;
        for (PvUsage pv : withoutLooking()) {
            usable += pv.usableBytes();
            used += pv.usedBytes();
        }
        return new PoolStore.Usage(extentBytes, usable, used);
    }

    /** How much data those PVs can hold in all, as they are now. */
    public synchronized long usableBytes(Placement where) {
        return quietly("Reading the ledger", () -> {
            refresh();
            return where.usableBytes();
        });
    }

    /** How each PV is used. */
    public synchronized List<PvUsage> pvUsage() {
        pvs.all().forEach(pv -> pv.file().isPresent());
        return withoutLooking();
    }

    private List<PvUsage> withoutLooking() {
        return quietly("Reading the ledger", () -> {
            refresh();
            List<PvUsage> found = new ArrayList<>();
            for (Pv pv : pvs.all()) {
                found.add(pv.isKnown() ? ledgers.get(pv.position()).usage() : new PvUsage(pv.id(), 0, 0, 0, false));
            }
            return found;
        });
    }

    /**
     * Takes units for an LU, from the PVs with the most room first. The first unit of an LU has sequence 0 and is its
     * root's; each further one has a sequence behind those that the LU has. Call it exclusively. A crash may leave the
     * LU with some of them.
     *
     * @param prepare is given the units before they are the LU's, and makes durable what must be in them
     */
    public synchronized List<Ledger.Entry> take(Demand demand, Demand.Preparation prepare) throws IOException {
        refresh();
        requireReadable();
        List<Ledger.Entry> taken = choice.choose(demand, nextSequence(demand.lu()));
        if (taken.isEmpty() && !demand.ahead()) {
            pvs.learn();
            refreshNow();
            taken = choice.choose(demand, nextSequence(demand.lu()));
        }
        if (taken.isEmpty() && !demand.ahead()) {
            throw full(demand.where());
        }
        prepare.prepare(taken);
        for (Map.Entry<Integer, List<Ledger.Entry>> ofPv : byPv(taken).entrySet()) {
            Map<Integer, Optional<Ledger.Entry>> changes =
                    ofPv.getValue().stream().collect(Collectors.toMap(Ledger.Entry::unit, Optional::of));
            ledgers.get(ofPv.getKey()).change(changes, Optional.empty(), demand.epoch());
        }
        noteFills();
        return taken;
    }

    private int nextSequence(UUID lu) throws PvAwayException {
        int next = sequences.next(lu, known(lu), unseen().isEmpty());
        if (next < 0) {
            throw away(unseen().orElseThrow(), "; LU " + lu + " cannot grow meanwhile");
        }
        return next;
    }

    /**
     * Makes another unit of an LU the one with its root, by one change that is there or not. The earlier one stays the
     * LU's until it is released; its header must say before that it does not count any more.
     */
    public synchronized void moveRoot(Ledger.Entry to, long epoch) throws IOException {
        refresh();
        int lowest = known(to.lu()).getFirst().sequence();
        Ledger.Entry root = new Ledger.Entry(to.position(), to.unit(), to.lu(), Math.min(0, lowest) - 1);
        ledgers.get(to.position()).change(Map.of(to.unit(), Optional.of(root)), Optional.of(to.lu()), epoch);
    }

    /** Frees all units of an LU. Call it exclusively. */
    public synchronized void release(UUID lu, long epoch) throws IOException {
        refresh();
        release(known(lu), epoch);
    }

    /** Frees units, all of one LU. Call it exclusively. Nothing is freed if one of their PVs is away. */
    public synchronized void release(List<Ledger.Entry> units, long epoch) throws IOException {
        refresh();
        requireReadable();
        // What was on a PV that was given up went with its ledger.
        Map<Integer, List<Ledger.Entry>> owned =
                byPv(units.stream().filter(unit -> !pvs.isLost(unit.position())).toList());
        for (int position : owned.keySet()) {
            Pv pv = pvs.at(position);
            if (!ledgers.get(position).isCurrent()) {
                throw new PvAwayException(pv.file().path(), pv.file().why());
            }
        }
        for (Map.Entry<Integer, List<Ledger.Entry>> ofPv : owned.entrySet()) {
            Map<Integer, Optional<Ledger.Entry>> changes =
                    ofPv.getValue().stream().collect(Collectors.toMap(Ledger.Entry::unit, _ -> Optional.empty()));
            ledgers.get(ofPv.getKey())
                    .change(changes, Optional.of(units.getFirst().lu()), epoch);
            Holes.punch(pvs.at(ofPv.getKey()), ofPv.getValue());
        }
        noteFills();
    }

    private static Map<Integer, List<Ledger.Entry>> byPv(List<Ledger.Entry> units) {
        return units.stream().collect(Collectors.groupingBy(Ledger.Entry::position, TreeMap::new, Collectors.toList()));
    }

    /** Fails unless every ledger that can be reached is intact, which is needed before anything is given away. */
    private void requireReadable() {
        ledgers.values().forEach(Ledger::requireReadable);
    }

    /** The error for having no more space there. */
    public SeraiException full(Placement where) {
        String which = where.pvs().isEmpty() ? "every" : "on its " + where.pvs().size() + " PVs every";
        return StorageError.POOL_FULL.error(
                "Pool " + pool + " has no space left",
                which + " allocation unit is given to an LU or kept for metadata, or its PV is drained or away",
                "add a PV, delete LUs that nobody needs, or use another pool");
    }
}
