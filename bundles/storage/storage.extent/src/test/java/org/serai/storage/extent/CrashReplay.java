package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.serai.contracts.storage.Blocks;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Resizes;
import org.serai.storage.spi.Snapshots;

/**
 * Cuts the history of a workload wherever the disks may hold the most different things, which is before each sync, makes
 * of the writes that no sync covered what a drive with a volatile cache may make of them, and opens the pool.
 */
final class CrashReplay {
    private static final int SECTOR = 512;
    private static final AtomicLong EPOCHS = new AtomicLong(1_000_000);

    private final Workload workload;
    private final long seed;
    private final int statesAtACut;
    private final Map<Path, MemoryDisk> durable = new HashMap<>();
    private final Map<Path, List<History.Write>> pending = new TreeMap<>();
    private final Map<UUID, LuModel> lus = new TreeMap<>();
    private int nextStep;
    private int states;

    CrashReplay(Workload workload, long seed, int statesAtACut) {
        this.workload = workload;
        this.seed = seed;
        this.statesAtACut = statesAtACut;
        workload.beginning().forEach((path, disk) -> durable.put(path, new MemoryDisk(disk)));
    }

    /** Replays the whole history; returns how many states of the disks were judged. */
    int run() {
        List<History.Event> events = workload.history().events();
        for (int at = 0; at < events.size(); at++) {
            switch (events.get(at)) {
                case History.Write write ->
                    pending.computeIfAbsent(write.disk(), _ -> new ArrayList<>())
                            .add(write);
                case History.Sync sync -> {
                    List<History.Write> synced = pending.getOrDefault(sync.disk(), List.of());
                    if (!synced.isEmpty()) {
                        cut(at);
                        synced.forEach(write -> apply(write, durable.get(write.disk())));
                        pending.remove(sync.disk());
                    }
                }
            }
        }
        cut(events.size());
        return states;
    }

    private static void apply(History.Write write, MemoryDisk to) {
        to.write(write.offset(), write.data(), 0, write.length());
    }

    /** The crash comes after so many events. */
    private void cut(int at) {
        List<Step> steps = workload.steps();
        while (nextStep < steps.size() && steps.get(nextStep).end() <= at) {
            put(steps.get(nextStep++));
        }
        Step under = nextStep < steps.size() && steps.get(nextStep).begin() <= at ? steps.get(nextStep) : null;
        List<History.Write> open =
                pending.values().stream().flatMap(List::stream).toList();
        int whole = open.size() <= 30 && 1 << open.size() <= statesAtACut ? 1 << open.size() : 0;
        for (int subset = 0; subset < whole; subset++) {
            int mask = subset;
            judge(at, under, "subset " + subset, disks -> {
                for (int i = 0; i < open.size(); i++) {
                    if ((mask >> i & 1) == 1) {
                        apply(open.get(i), disks.get(open.get(i).disk()));
                    }
                }
            });
        }
        for (int sample = whole == 0 ? 0 : whole; sample < statesAtACut && !open.isEmpty(); sample++) {
            Random random = new Random(seed * 31 + at * 1009L + sample);
            judge(at, under, "sample " + sample, disks -> scatter(open, disks, random));
        }
    }

    private void put(Step step) {
        if (step.after() == null) {
            lus.remove(step.lu());
        } else {
            lus.put(step.lu(), step.after());
        }
    }

    /** Does some of the writes, in any order, some of them in part. */
    private static void scatter(List<History.Write> open, Map<Path, MemoryDisk> disks, Random random) {
        List<History.Write> order = new ArrayList<>(open);
        if (random.nextInt(3) == 0) {
            Collections.shuffle(order, random);
        }
        double kept = List.of(0.1, 0.5, 0.9, 1.0).get(random.nextInt(4));
        double torn = List.of(0.0, 0.2, 1.0).get(random.nextInt(3));
        int grain = random.nextBoolean() ? SECTOR : 4096;
        for (History.Write write : order) {
            MemoryDisk disk = disks.get(write.disk());
            if (random.nextDouble() < torn) {
                double part = random.nextDouble();
                for (long at = 0; at < write.length(); at += grain) {
                    if (random.nextDouble() < part) {
                        disk.write(write.offset() + at, write.data(), (int) at, Math.min(grain, write.length() - at));
                    }
                }
            } else if (random.nextDouble() < kept) {
                apply(write, disk);
            }
        }
    }

    private interface Loss {
        void on(Map<Path, MemoryDisk> disks);
    }

    private void judge(int at, Step under, String how, Loss loss) {
        Map<Path, MemoryDisk> disks = forks(durable);
        loss.on(disks);
        String when = "after a crash at event " + at + ", " + how + ", "
                + (under == null ? "between steps" : "during " + under.what() + " of LU " + under.lu());
        Random random = new Random(seed * 37 + at * 1013L + states++);
        if (random.nextInt(8) == 0) {
            judge(crashAgain(disks, random), under, when + ", and another one while it was recovered", random);
        }
        judge(disks, under, when, random);
    }

    private static Map<Path, MemoryDisk> forks(Map<Path, MemoryDisk> of) {
        Map<Path, MemoryDisk> forks = new HashMap<>();
        of.forEach((path, disk) -> forks.put(path, new MemoryDisk(disk)));
        return forks;
    }

    /** What is left if the node that opens everything dies too. */
    private Map<Path, MemoryDisk> crashAgain(Map<Path, MemoryDisk> disks, Random random) {
        MemoryFiles files = new MemoryFiles(forks(disks), false);
        History history = new History();
        files.record(history);
        try (PoolStore pool =
                new ExtentDriver(files).open(workload.layout(), workload.space().node())) {
            lus.keySet().forEach(lu -> openIfThere(pool, lu).ifPresent(LuStore::abandon));
        }
        List<History.Event> events = history.events();
        Map<Path, MemoryDisk> left = forks(disks);
        List<History.Write> open = new ArrayList<>();
        for (History.Event event : events.subList(0, random.nextInt(events.size() + 1))) {
            switch (event) {
                case History.Write write -> open.add(write);
                case History.Sync(Path disk) -> {
                    open.stream()
                            .filter(write -> write.disk().equals(disk))
                            .forEach(write -> apply(write, left.get(disk)));
                    open.removeIf(write -> write.disk().equals(disk));
                }
            }
        }
        scatter(open, left, random);
        return left;
    }

    private static Optional<LuStore> openIfThere(PoolStore pool, UUID lu) {
        try {
            return Optional.of(pool.openLu(lu, EPOCHS.incrementAndGet()));
        } catch (SeraiException e) {
            if (e.code() != StorageError.NO_SUCH_LU) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void judge(Map<Path, MemoryDisk> disks, Step under, String when, Random random) {
        try (PoolStore pool = new ExtentDriver(new MemoryFiles(disks, false))
                .open(workload.layout(), workload.space().node())) {
            requireClean(pool, when + ", before anything was opened");
            for (UUID lu : lus.keySet()) {
                if (under == null || !under.lu().equals(lu)) {
                    requireLu(pool, lu, lus.get(lu), when);
                }
            }
            if (under != null) {
                requireEither(pool, under, when);
            }
            requireClean(pool, when + ", after everything was opened and closed");
            if (random.nextInt(4) == 0) {
                requireRoomOfItsOwn(pool, under, random);
                requireClean(pool, when + ", after more was written");
            }
        } catch (SeraiException e) {
            throw new AssertionError(say(when), e);
        } catch (AssertionError e) {
            throw new AssertionError(say(when) + ": " + e.getMessage(), e);
        }
    }

    /** Whatever is written now lies where nothing else is. */
    private void requireRoomOfItsOwn(PoolStore pool, Step under, Random random) {
        Map<LuStore, LuModel> stores = new HashMap<>();
        lus.forEach((lu, model) -> {
            if (under == null || !under.lu().equals(lu)) {
                stores.put(pool.openLu(lu, EPOCHS.incrementAndGet()), model.abandoned());
            }
        });
        for (int i = 1; i <= 4; i++) {
            int seed = 1_000_000 + i;
            stores.replaceAll((store, model) -> {
                long offset = random.nextLong(Math.min(model.sizeBytes(), 4 * 65536) / 512) * 512;
                LuModel more = model.written(offset, 512, seed);
                try {
                    store.write(offset, Blocks.at(offset, 512, seed));
                } catch (SeraiException e) {
                    if (e.code() != StorageError.POOL_FULL) {
                        throw e;
                    }
                    return more.abandoned();
                }
                return more;
            });
        }
        stores.forEach((store, model) -> model.requireIn(store, "after more was written"));
        stores.replaceAll((store, model) -> grown(store, model, random));
        stores.forEach((store, model) -> model.requireIn(store, "after it was grown"));
        stores.keySet().forEach(LuStore::close);
    }

    /** What comes with a larger size reads as zero, whatever was there before the crash. */
    private static LuModel grown(LuStore store, LuModel model, Random random) {
        long[] window = LuModel.WINDOWS[random.nextInt(LuModel.WINDOWS.length)];
        long size = window[0] + window[1];
        try {
            if (size > model.sizeBytes()) {
                ((Resizes) store).resize(size);
                return model.resized(size);
            }
        } catch (SeraiException e) {
            if (e.code() != StorageError.POOL_FULL) {
                throw e;
            }
        }
        return model;
    }

    private String say(String when) {
        return "seed " + seed + " " + when + " (-Dserai.seed=" + seed + " replays it)";
    }

    private static void requireClean(PoolStore pool, String when) {
        assertThat(pool.check().errors()).as("check %s", when).isEmpty();
    }

    private static void requireEither(PoolStore pool, Step step, String when) {
        try {
            requireLuOrNone(pool, step.lu(), step.after(), when);
        } catch (AssertionError after) {
            try {
                requireLuOrNone(pool, step.lu(), step.before(), when);
            } catch (AssertionError before) {
                AssertionError both = new AssertionError(
                        "neither what was before: " + before.getMessage() + ", nor what was to be: "
                                + after.getMessage(),
                        after);
                both.addSuppressed(before);
                throw both;
            }
        }
    }

    private static void requireLuOrNone(PoolStore pool, UUID lu, LuModel model, String when) {
        if (model != null) {
            requireLu(pool, lu, model, when);
            return;
        }
        try (LuStore store = pool.openLu(lu, EPOCHS.incrementAndGet())) {
            throw new AssertionError("LU " + lu + " of " + store.sizeBytes() + " bytes is there " + when);
        } catch (SeraiException e) {
            if (e.code() != StorageError.NO_SUCH_LU) {
                throw new AssertionError("LU " + lu + " is not simply gone " + when, e);
            }
        }
        // What is left of it can be deleted.
        pool.deleteLu(lu, EPOCHS.incrementAndGet());
        assertThat(pool.lus()).as("LUs %s", when).doesNotContain(lu);
    }

    static void requireLu(PoolStore pool, UUID lu, LuModel model, String when) {
        LuStore store = opened(pool, lu, when);
        try (store) {
            requireState(store, model, "of LU " + lu + " " + when);
            if (pool instanceof Clones clones) {
                model.snapshots().forEach((snapshot, content) -> {
                    try (LuStore of = clones.openSnapshot(lu, snapshot)) {
                        content.requireAfterCrash(of, "of snapshot " + snapshot + " of LU " + lu);
                    }
                });
            }
        }
    }

    static void requireState(LuStore store, LuModel model, String when) {
        model.requireAfterCrash(store, when);
        assertThat(((Snapshots) store).snapshots().stream().map(Snapshots.SnapshotUsage::snapshot))
                .as("snapshots %s", when)
                .containsExactlyInAnyOrderElementsOf(model.snapshots().keySet());
    }

    /** A step that failed was done or was not; what the LU is now, null if it is gone. */
    static LuModel whichOf(PoolStore pool, String what, UUID lu, long epoch, LuModel before, LuModel after) {
        LuModel was = before == null ? null : before.abandoned();
        LuModel is = after == null ? null : after.abandoned();
        try (LuStore store = pool.openLu(lu, epoch)) {
            if (was == null || is == null) {
                return was == null ? is : was;
            }
            try {
                requireState(store, is, what);
                return is;
            } catch (AssertionError e) {
                requireState(store, was, "before " + what + " that failed (after it: " + e.getMessage() + ")");
                return was;
            }
        } catch (SeraiException e) {
            if (e.code() == StorageError.NO_SUCH_LU && (was == null || is == null)) {
                return null;
            }
            throw new AssertionError("LU " + lu + " cannot be opened after a fault during " + what, e);
        }
    }

    private static LuStore opened(PoolStore pool, UUID lu, String when) {
        try {
            return pool.openLu(lu, EPOCHS.incrementAndGet());
        } catch (SeraiException e) {
            throw new AssertionError("LU " + lu + " cannot be opened " + when, e);
        }
    }
}
