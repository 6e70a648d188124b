package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.contracts.storage.Blocks;
import org.serai.contracts.storage.SharedSpace;
import org.serai.ffdc.SeraiException;
import org.serai.storage.DataChecksum;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.Expects;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Resizes;
import org.serai.storage.spi.Snapshots;

/** A seeded load of two nodes on one pool, with what each step may change. */
final class Workload {
    private static final int EXTENT = 65536;
    private static final int LUS_AT_MOST = 4;
    private static final int SNAPSHOTS_AT_MOST = 3;

    private final Draws random;
    private final MemoryFiles files;
    private final FaultyFiles faults;
    private final ExtentDriver driver;
    private boolean faulty;
    private final History history = new History();
    private final SharedSpace space = new SharedSpace();
    private final PoolLayout layout;
    private final PoolStore[] nodes;
    private final Map<Path, MemoryDisk> beginning = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<UUID, LuModel> lus = new TreeMap<>();
    private final Map<UUID, LuStore> open = new HashMap<>();
    private final Map<UUID, Long> epochs = new HashMap<>();
    /** For each clone the snapshot that it reads, and that one's LU. */
    private final Map<UUID, UUID> originSnapshot = new HashMap<>();

    private final Map<UUID, UUID> originLu = new HashMap<>();
    private final List<Runnable> settling = new ArrayList<>();
    private int seeds;

    Workload(long seed, DataChecksum checksum) {
        random = new Draws(seed);
        files = new MemoryFiles(Map.of(), random.nextBoolean());
        faults = new FaultyFiles(files);
        List<PvLayout> pvs = random.pvs();
        layout = new PoolLayout(random.id(), "crash", pvs, EXTENT, checksum);
        space.now(pvs);
        driver = new ExtentDriver(faults, System::nanoTime, (name, work) -> {
            settling.add(work);
            return () -> settling.remove(work);
        });
        nodes = new PoolStore[] {driver.create(layout, space.node()), driver.open(layout, space.node())};
        Map<Path, MemoryDisk> goOn = new HashMap<>();
        files.disks().forEach((path, disk) -> beginning.put(path, disk));
        files.disks().forEach((path, disk) -> goOn.put(path, new MemoryDisk(disk)));
        nodes[0].close();
        nodes[1].close();
        files.disks().putAll(goOn);
        nodes[0] = driver.open(layout, space.node());
        nodes[1] = driver.open(layout, space.node());
        files.record(history);
    }

    PoolLayout layout() {
        return layout;
    }

    SharedSpace space() {
        return space;
    }

    History history() {
        return history;
    }

    /** The disks as they were when the history began. */
    Map<Path, MemoryDisk> beginning() {
        return beginning;
    }

    List<Step> steps() {
        return steps;
    }

    void run(int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
    }

    /** From now on calls fail now and then; the nodes are started anew after that. */
    void beginFaults() {
        faulty = true;
    }

    void stopFaults() {
        faulty = false;
        if (faults.hasFired()) {
            // What failed unseen may have poisoned a PV for as long as it is open.
            lus.keySet().stream().findFirst().ifPresent(lu -> restart("nothing", lu, lus.get(lu), lus.get(lu)));
        }
        faults.heal();
    }

    /** Looks at everything after the end. */
    void requireWhole() {
        try (PoolStore pool = driver.open(layout, space.node())) {
            lus.forEach((lu, model) -> CrashReplay.requireLu(pool, lu, model, "at the end"));
            assertThat(pool.check().errors()).isEmpty();
        }
    }

    /** Ends everything in order, so that the end of the history is a pool at rest. */
    void end() {
        List.copyOf(open.keySet()).forEach(this::close);
        nodes[0].close();
        nodes[1].close();
    }

    private void step() {
        if (faulty && random.nextInt(6) == 0) {
            random.arm(faults);
        }
        if (lus.isEmpty() || lus.size() < LUS_AT_MOST && random.nextInt(25) == 0) {
            create();
            return;
        }
        List<UUID> known = List.copyOf(lus.keySet());
        UUID lu = known.get(random.nextInt(known.size()));
        LuStore store = open.get(lu);
        if (store == null) {
            if (random.nextInt(6) == 0 && !originLu.containsValue(lu)) {
                delete(lu);
            } else {
                open(lu, "open");
            }
            return;
        }
        int dice = random.nextInt(settling.isEmpty() ? 100 : 106);
        if (dice >= 100) {
            does("settle", lu, lus.get(lu), settling.get(random.nextInt(settling.size())));
        } else if (dice < 45) {
            write(lu, store);
        } else if (dice < 62) {
            does("flush", lu, lus.get(lu).flushed(), store::flush);
        } else if (dice < 66) {
            close(lu);
        } else if (dice < 68) {
            abandon(lu, store);
        } else if (dice < 69) {
            expect(lu, store);
        } else if (dice < 72) {
            look(lu, store);
        } else if (dice < 80) {
            discard(lu, store);
        } else if (dice < 84) {
            resize(lu, store);
        } else if (dice < 97) {
            snapshots(lu, store);
        } else {
            place(lu, store);
        }
    }

    private void create() {
        UUID lu = random.id();
        boolean thick = random.nextInt(4) == 0;
        long size = thick ? Draws.blocks(1 + random.nextInt(8 * EXTENT)) : random.size();
        epochs.put(lu, 1L);
        does(
                "create" + (thick ? " thick " : " ") + size,
                lu,
                LuModel.fresh(size),
                () -> nodes[0].createLu(new LuLayout(lu, size, thick, Set.of()), 1));
    }

    private void delete(UUID lu) {
        long epoch = nextEpoch(lu);
        does("delete", lu, null, () -> nodes[random.nextInt(2)].deleteLu(lu, epoch));
        if (!lus.containsKey(lu)) {
            originLu.remove(lu);
            originSnapshot.remove(lu);
        }
    }

    private void open(UUID lu, String what) {
        long epoch = nextEpoch(lu);
        int node = random.nextInt(2);
        does(
                what + " on node " + node,
                lu,
                lus.get(lu),
                () -> open.put(lu, nodes[node].openLu(lu, new OpenMode(epoch, Set.of(), false))));
    }

    private void close(UUID lu) {
        LuStore store = open.remove(lu);
        does("close", lu, lus.get(lu).flushed(), store::close);
    }

    private void abandon(UUID lu, LuStore store) {
        open.remove(lu);
        does("abandon", lu, lus.get(lu).abandoned(), store::abandon);
        open(lu, "take over");
    }

    private void write(UUID lu, LuStore store) {
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count && open.get(lu) == store; i++) {
            long[] part = random.part(lus.get(lu).sizeBytes());
            int seed = ++seeds;
            ByteBuffer from = Blocks.at(part[0], (int) part[1], seed);
            does(
                    "write " + part[0] + "+" + part[1] + " seed " + seed,
                    lu,
                    lus.get(lu).written(part[0], part[1], seed),
                    () -> store.write(part[0], from));
        }
    }

    private void expect(UUID lu, LuStore store) {
        LuModel now = lus.get(lu);
        long[] part = random.part(now.sizeBytes());
        long length = random.nextBoolean() ? part[1] : now.sizeBytes() - part[0];
        String what = "expect writes " + part[0] + "+" + length;
        does(what, lu, now, () -> ((Expects) store).expectWrites(part[0], length));
    }

    private void look(UUID lu, LuStore store) {
        LuModel now = lus.get(lu);
        String when = "of LU " + lu + " while in use, step " + steps.size();
        does("look", lu, now, () -> now.requireIn(store, when));
    }

    private void discard(UUID lu, LuStore store) {
        Discards discards = (Discards) store;
        long[] part = random.part(lus.get(lu).sizeBytes());
        LuModel after = lus.get(lu).written(part[0], part[1], 0);
        String where = part[0] + "+" + part[1];
        if (random.nextBoolean()) {
            does("discard " + where, lu, after, () -> discards.discard(part[0], part[1]));
        } else {
            boolean giveBack = random.nextBoolean();
            does(
                    "write zeroes " + where + " give back " + giveBack,
                    lu,
                    after,
                    () -> discards.writeZeroes(part[0], part[1], giveBack));
        }
    }

    private void resize(UUID lu, LuStore store) {
        long size = random.size();
        does("resize " + size, lu, lus.get(lu).resized(size), () -> ((Resizes) store).resize(size));
    }

    private void snapshots(UUID lu, LuStore store) {
        Snapshots snapshots = (Snapshots) store;
        LuModel now = lus.get(lu);
        List<UUID> known = now.snapshots().keySet().stream().sorted().toList();
        int dice = random.nextInt(10);
        if (known.isEmpty() || dice < 4 && known.size() < SNAPSHOTS_AT_MOST) {
            UUID snapshot = random.id();
            does("snapshot " + snapshot, lu, now.withSnapshot(snapshot), () -> snapshots.snapshot(snapshot));
            return;
        }
        UUID snapshot = known.get(random.nextInt(known.size()));
        if (dice < 6) {
            does("roll back to " + snapshot, lu, now.rolledBack(snapshot), () -> snapshots.rollback(snapshot));
        } else if (dice < 8 && nodes[0] instanceof Clones && lus.size() < LUS_AT_MOST) {
            cloneOf(lu, snapshot);
        } else {
            Set<UUID> needed = originLu.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(lu))
                    .map(entry -> originSnapshot.get(entry.getKey()))
                    .collect(Collectors.toCollection(HashSet::new));
            does(
                    "drop " + snapshot,
                    lu,
                    now.withoutSnapshot(snapshot),
                    () -> snapshots.deleteSnapshot(snapshot, needed));
        }
    }

    private void cloneOf(UUID origin, UUID snapshot) {
        UUID clone = random.id();
        LuModel of = lus.get(origin).snapshots().get(snapshot);
        long size =
                random.nextBoolean() ? of.sizeBytes() : of.sizeBytes() + Draws.blocks(1 + random.nextInt(4 * EXTENT));
        epochs.put(clone, 1L);
        int node = random.nextInt(2);
        boolean done = does(
                "clone of " + origin + " at " + snapshot,
                clone,
                of.cloned(size),
                () -> ((Clones) nodes[node])
                        .createClone(new LuLayout(clone, size, false, Set.of()), origin, snapshot, 1));
        if (done) {
            originLu.put(clone, origin);
            originSnapshot.put(clone, snapshot);
        }
    }

    private void place(UUID lu, LuStore store) {
        if (store instanceof Clones.Clone clone && originLu.containsKey(lu) && random.nextBoolean()) {
            if (does("flatten", lu, lus.get(lu), () -> clone.flatten(Progress.NONE))) {
                originLu.remove(lu);
                originSnapshot.remove(lu);
            }
        } else if (store instanceof Moves moves && !originLu.containsValue(lu)) {
            UUID pv = layout.pvs().get(random.nextInt(layout.pvs().size())).pv();
            does("place on " + pv, lu, lus.get(lu), () -> moves.place(Set.of(pv), Set.of(), Progress.NONE));
        }
    }

    /** Does a step; without space it may have been done in part if it was a write, and not at all otherwise. */
    private boolean does(String what, UUID lu, LuModel after, Runnable work) {
        int begin = history.size();
        LuModel before = lus.get(lu);
        LuModel is = after;
        boolean done = true;
        try {
            work.run();
        } catch (SeraiException e) {
            if (faults.hasFired()) {
                return restart(what, lu, before, after);
            }
            if (e.code() != StorageError.POOL_FULL) {
                throw new AssertionError(what + " of LU " + lu + " failed at step " + steps.size(), e);
            }
            done = false;
            boolean partly = what.startsWith("write") || what.startsWith("discard");
            is = partly ? after.abandoned() : before;
        }
        steps.add(new Step(what + (done ? "" : ", full"), begin, history.size(), lu, before, is));
        if (is == null) {
            lus.remove(lu);
        } else {
            lus.put(lu, is);
        }
        return done;
    }

    /** Both nodes die and start anew on PVs that are whole; whether the step that failed was done after all. */
    private boolean restart(String what, UUID lu, LuModel before, LuModel after) {
        open.values().forEach(LuStore::abandon);
        open.clear();
        for (int i = 0; i < 2; i++) {
            try {
                nodes[i].close();
            } catch (SeraiException e) {
                if (!faults.hasFired()) {
                    throw e;
                }
            }
        }
        faults.heal();
        nodes[0] = driver.open(layout, space.node());
        nodes[1] = driver.open(layout, space.node());
        assertThat(nodes[0].check().errors())
                .as("after a fault during %s of LU %s", what, lu)
                .isEmpty();
        lus.replaceAll((_, model) -> model.abandoned());
        LuModel now = CrashReplay.whichOf(nodes[0], what, lu, nextEpoch(lu), before, after);
        if (now == null) {
            lus.remove(lu);
            nodes[0].deleteLu(lu, nextEpoch(lu));
        } else {
            lus.put(lu, now);
        }
        // Of a step that nobody can see, as of a clone that becomes independent, nothing is known: it was not done.
        return now != null && before != after;
    }

    private long nextEpoch(UUID lu) {
        return epochs.merge(lu, 1L, Long::sum);
    }
}
