package org.serai.contracts.storage.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.serai.contracts.storage.Blocks;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.storage.PoolCheck;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.PoolMap;
import org.serai.storage.spi.Resizes;
import org.serai.storage.spi.SharedReads;
import org.serai.storage.spi.Snapshots;

/** Does one sequence, on the driver as far as it has the capabilities and on the model, and compares them. */
final class Run {
    private static final int LUS = 4;
    private static final int SNAPSHOTS = 4;
    private static final int CHECK_EVERY = 8;
    private static final int EXTENT_BLOCKS = 128;

    private final Rig rig;
    private final List<ModelLu> lus = new ArrayList<>();
    private long seed;
    private int refusals;

    Run(Rig rig) {
        this.rig = rig;
    }

    /** How often there was no space. */
    int refusals() {
        return refusals;
    }

    void steps(List<Step> steps) {
        create(new Step(Step.Kind.CREATE, 0, 999, 0));
        int done = 0;
        for (Step step : steps) {
            try {
                step(step);
                if (++done % CHECK_EVERY == 0) {
                    checkAll();
                }
            } catch (SeraiException | AssertionError | IllegalStateException e) {
                throw new AssertionError("step " + done + " (" + step + ", " + step.kind() + "): " + e.getMessage(), e);
            }
        }
        checkAll();
        end();
    }

    private void step(Step step) {
        if (step.kind() == Step.Kind.CREATE || lus.isEmpty()) {
            create(step);
            return;
        }
        ModelLu lu = lus.get(step.lu() % lus.size());
        switch (step.kind()) {
            case CREATE -> throw new IllegalStateException("done before");
            case WRITE -> write(lu, step);
            case DISCARD, ZERO -> zero(lu, step);
            case FLUSH -> flush(lu);
            case SNAPSHOT -> snapshot(lu, step);
            case DROP -> drop(lu, step);
            case ROLLBACK -> rollback(lu, step);
            case CLONE -> createClone(lu, step);
            case FLATTEN -> flatten(lu);
            case RESIZE -> resize(lu, step);
            case PLACE -> place(lu, step);
            case REOPEN -> reopen(lu, step);
            case TAKE_OVER -> takeOver(lu, step);
            case CRASH -> crash(step);
            case SHARED_READ -> sharedRead(lu);
            case DELETE -> delete(lu);
        }
        if (lus.contains(lu)) {
            lu.now.assertShown(lu.store, name(lu));
        }
    }

    private String name(ModelLu lu) {
        return "LU " + lus.indexOf(lu);
    }

    /** Does the work; or it is refused with one of these errors, and it is said whether it was done. */
    private boolean done(Runnable work, ErrorCode... allowed) {
        try {
            work.run();
            return true;
        } catch (SeraiException e) {
            if (!List.of(allowed).contains(e.code())) {
                throw e;
            }
            refusals += e.code() == StorageError.POOL_FULL ? 1 : 0;
            return false;
        }
    }

    private static int size(Step step) {
        // A third ends with an extent, a third anywhere, a third is as large as can be.
        int blocks = Math.max(1, step.a() * Expected.BLOCKS / Step.RANGE);
        return switch (step.b() % 3) {
            case 0 -> Math.ceilDiv(blocks, EXTENT_BLOCKS) * EXTENT_BLOCKS;
            case 1 -> blocks;
            default -> Expected.BLOCKS;
        };
    }

    private void create(Step step) {
        if (lus.size() == LUS) {
            return;
        }
        ModelLu lu = new ModelLu(new Expected(size(step)));
        lu.pvs = rig.pvs(step.b() / 3 + 2);
        // A thick one is small: its windows are far from each other, and all between them takes space.
        boolean thick = lu.now.size() <= 1024 && step.b() % 2 == 1;
        LuLayout layout = new LuLayout(lu.id, Expected.sizeBytes(lu.now.size()), thick, lu.pvs);
        if (done(() -> rig.pool(step.lu()).createLu(layout, 1), StorageError.POOL_FULL)) {
            rig.open(lu, step.lu() + step.b(), step.b() % 5 == 0);
            lus.add(lu);
        }
    }

    /** A part of the LU: whole extents, or any blocks. */
    private record Part(int first, int count) {
        static Part of(ModelLu lu, Step step) {
            int size = lu.now.size();
            int first = step.a() * size / Step.RANGE;
            int count = 1 + step.b() % 300;
            if (step.b() % 3 == 0) {
                first = first / EXTENT_BLOCKS * EXTENT_BLOCKS;
                count = EXTENT_BLOCKS * (1 + step.b() % 7);
            }
            return new Part(first, Math.min(count, size - first));
        }
    }

    private void write(ModelLu lu, Step step) {
        Part part = Part.of(lu, step);
        seed++;
        for (int at = part.first; at < part.first + part.count; ) {
            int first = at;
            int count = Math.min(Expected.contiguous(at), part.first + part.count - at);
            long offset = Expected.offset(first);
            if (done(
                    () -> lu.store.write(offset, Blocks.at(offset, count * Blocks.BYTES, seed)),
                    StorageError.POOL_FULL)) {
                lu.put(first, count, seed);
            } else {
                lu.adoptPart(first, count, seed);
            }
            at += count;
        }
    }

    private void zero(ModelLu lu, Step step) {
        Part part = Part.of(lu, step);
        long from = Expected.offset(part.first);
        long length = Expected.sizeBytes(part.first + part.count) - from;
        Discards discards = (Discards) lu.store;
        boolean done = done(
                () -> {
                    if (step.kind() == Step.Kind.DISCARD) {
                        discards.discard(from, length);
                    } else {
                        discards.writeZeroes(from, length, step.b() % 2 == 0);
                    }
                },
                StorageError.POOL_FULL);
        if (done) {
            lu.put(part.first, part.count, 0);
        } else {
            lu.adoptPart(part.first, part.count, 0);
        }
    }

    private static void flush(ModelLu lu) {
        lu.store.flush();
        lu.flushed();
    }

    private static Optional<UUID> chosen(ModelLu lu, Step step) {
        return lu.snapshots.keySet().stream()
                .skip(lu.snapshots.isEmpty() ? 0 : step.b() % lu.snapshots.size())
                .findFirst();
    }

    private void snapshot(ModelLu lu, Step step) {
        if (lu.snapshots.size() == SNAPSHOTS) {
            return;
        }
        UUID id = UUID.randomUUID();
        Snapshots store = (Snapshots) lu.store;
        boolean frozen = step.b() % 4 == 0;
        boolean done = done(
                () -> {
                    if (frozen) {
                        try (Snapshots.Freeze freeze = store.freeze()) {
                            freeze.snapshot(id);
                        }
                    } else {
                        store.snapshot(id);
                        store.snapshot(id);
                    }
                },
                StorageError.POOL_FULL);
        if (done) {
            lu.snapshots.put(id, lu.now.copy());
            lu.flushed();
        }
    }

    /** The snapshots of an LU that clones read, as far as the clone is one of those. */
    private Set<UUID> needed(ModelLu lu, Predicate<ModelLu> counts) {
        return lus.stream()
                .filter(counts)
                .flatMap(each -> each.origin.stream())
                .filter(origin -> origin.lu().equals(lu.id))
                .map(ModelLu.Origin::snapshot)
                .collect(Collectors.toSet());
    }

    private void drop(ModelLu lu, Step step) {
        UUID id = chosen(lu, step).orElseGet(UUID::randomUUID);
        ((Snapshots) lu.store).deleteSnapshot(id, needed(lu, _ -> true));
        lu.snapshots.remove(id);
    }

    private void rollback(ModelLu lu, Step step) {
        chosen(lu, step).ifPresent(id -> {
            if (done(() -> ((Snapshots) lu.store).rollback(id), StorageError.POOL_FULL)) {
                lu.now = lu.snapshots.get(id).copy();
                lu.flushed();
            }
        });
    }

    private void createClone(ModelLu lu, Step step) {
        Optional<UUID> from = chosen(lu, step);
        if (from.isEmpty() || lus.size() == LUS || !(rig.pool(step.a()) instanceof Clones pool)) {
            return;
        }
        ModelLu clone = new ModelLu(lu.snapshots.get(from.get()).copy());
        clone.now.resize(Math.max(clone.now.size(), step.a() % 2 == 0 ? 0 : size(step)));
        clone.pvs = rig.pvs(step.a());
        clone.origin = Optional.of(new ModelLu.Origin(lu.id, from.get()));
        LuLayout layout = new LuLayout(clone.id, Expected.sizeBytes(clone.now.size()), false, clone.pvs);
        if (done(() -> pool.createClone(layout, lu.id, from.get(), 1), StorageError.POOL_FULL)) {
            rig.open(clone, step.a(), false);
            lus.add(clone);
            clone.now.assertShown(clone.store, name(clone));
        }
    }

    private void flatten(ModelLu lu) {
        if (lu.store instanceof Clones.Clone clone
                && done(() -> clone.flatten(Progress.NONE), StorageError.POOL_FULL)) {
            lu.origin = Optional.empty();
        }
    }

    private void resize(ModelLu lu, Step step) {
        int blocks = size(step);
        if (done(() -> ((Resizes) lu.store).resize(Expected.sizeBytes(blocks)), StorageError.POOL_FULL)) {
            lu.resize(blocks);
        }
    }

    private void place(ModelLu lu, Step step) {
        if (!(lu.store instanceof Moves moves)) {
            return;
        }
        Set<UUID> pvs = rig.pvs(step.a());
        Set<UUID> needed = needed(lu, clone -> clone.node != lu.node);
        boolean done = done(
                () -> moves.place(pvs, needed, Progress.NONE),
                StorageError.POOL_FULL,
                needed.isEmpty() ? StorageError.POOL_FULL : StorageError.SNAPSHOT_IN_USE);
        if (done) {
            lu.pvs = pvs;
            flush(lu);
            if (!lu.shared && rig.pool(lu.node) instanceof PoolMap map) {
                rig.pvsOutside(pvs)
                        .forEach(pv -> assertThat(map.parts(pv))
                                .as("parts left on a PV that the LU was moved off")
                                .noneMatch(part -> part.lu().equals(lu.id)));
            }
        }
    }

    private void reopen(ModelLu lu, Step step) {
        lu.store.close();
        lu.flushed();
        rig.open(lu, step.a(), step.b() % 3 == 0);
    }

    private void takeOver(ModelLu lu, Step step) {
        LuStore old = lu.store;
        rig.open(lu, lu.node + 1, step.b() % 3 == 0);
        lu.adoptAfterLoss();
        assertThat(done(() -> ((Snapshots) old).snapshot(UUID.randomUUID()), StorageError.STALE))
                .as("a stale holder's snapshot is taken")
                .isFalse();
        old.abandon();
        lu.now.assertShown(lu.store, name(lu));
        flush(lu);
    }

    private void crash(Step step) {
        int node = step.a() % Rig.NODES;
        List<ModelLu> held = lus.stream().filter(lu -> lu.node == node).toList();
        rig.crash(node, step.b(), held);
        for (ModelLu lu : held) {
            rig.open(lu, step.b(), false);
            lu.adoptAfterLoss();
            lu.now.assertShown(lu.store, name(lu) + " after a crash");
        }
    }

    private void sharedRead(ModelLu lu) {
        if (lu.shared && rig.pool(lu.node + 1) instanceof SharedReads pool) {
            flush(lu);
            LuStore reader = pool.openShared(lu.id);
            lu.now.assertShown(reader, name(lu) + " read beside its holder");
            reader.close();
        }
    }

    private void delete(ModelLu lu) {
        if (needed(lu, _ -> true).isEmpty()) {
            lu.store.close();
            rig.pool(lu.node + 1).deleteLu(lu.id, lu.epoch + 1);
            lus.remove(lu);
        }
    }

    private void checkAll() {
        for (ModelLu lu : lus) {
            lu.now.assertShown(lu.store, name(lu));
            assertThat(((Snapshots) lu.store).snapshots())
                    .extracting(Snapshots.SnapshotUsage::snapshot)
                    .containsExactlyElementsOf(lu.snapshots.keySet());
            if (rig.pool(lu.node + 1) instanceof Clones pool) {
                lu.snapshots.forEach((id, expected) -> {
                    LuStore seen = pool.openSnapshot(lu.id, id);
                    expected.assertShown(seen, "a snapshot of " + name(lu));
                    seen.close();
                });
            }
        }
        rig.eachPool(pool -> {
            PoolCheck check = pool.check();
            assertThat(check.errors()).isEmpty();
            assertThat(check.ok()).isTrue();
        });
    }

    /** Everything goes, clones before what they need, and all space is there again. */
    private void end() {
        while (!lus.isEmpty()) {
            int before = lus.size();
            List.copyOf(lus).forEach(this::delete);
            assertThat(lus.size()).as("LUs that nobody needs are deleted").isLessThan(before);
        }
        rig.eachPool(pool -> {
            assertThat(pool.lus()).isEmpty();
            assertThat(pool.usage().usedBytes()).as("space in use in the end").isZero();
            assertThat(pool.check().errors()).isEmpty();
            assertThat(pool.check().leakedExtents()).as("space lost in the end").isZero();
        });
    }
}
