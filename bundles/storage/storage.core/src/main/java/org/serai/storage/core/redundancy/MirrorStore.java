package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.serai.storage.Progress;
import org.serai.storage.Range;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.Expects;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.Resizes;
import org.serai.storage.spi.Snapshots;

/**
 * The store of an LU that has a live copy. Every change is on both sides when it is answered, or it is durably known that
 * one is behind. Snapshots, moves and flattening are of the primary alone; the copy has none of its own.
 */
public final class MirrorStore implements LuStore, Discards, Expects, Resizes, Snapshots, Moves, Clones.Clone {
    private final String name;
    private final Sides sides;
    private final IntentLog log;
    private final Stripes stripes = new Stripes();
    private final Change changes;
    private final Repair repair;
    private final Resync resync;
    private final Executor flushing;
    private final Runnable wanted;

    /**
     * A mirror of sides whose log has joined.
     *
     * @param flushing flushes the one side while the caller flushes the other one
     * @param wanted is run whenever there is something to be copied; it sees to it that {@link #resync} is called
     */
    MirrorStore(String name, Sides sides, IntentLog log, Executor flushing, Runnable wanted) {
        this.name = name;
        this.sides = sides;
        this.log = log;
        this.flushing = flushing;
        this.wanted = wanted;
        repair = new Repair(name, sides, log, stripes);
        changes = new Change(sides, log, stripes, repair, wanted);
        resync = new Resync(name, sides, log, stripes, repair, this::flush);
    }

    String name() {
        return name;
    }

    Sides sides() {
        return sides;
    }

    /** How many bytes may differ and are still to be copied; of a side that is away everything that is marked. */
    long behindBytes() {
        Standing now = sides.standing();
        int regions = now.primary() && now.copy() ? log.staleRegions() : log.dirtyRegions();
        return Math.min(regions * log.regionBytes(), sizeBytes());
    }

    /** Copies what is to be copied; returns when both sides hold the same. */
    void resync(Progress progress) {
        resync.run(progress);
    }

    @Override
    public long sizeBytes() {
        return lead().store().sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        int position = into.position();
        try {
            lead().store().read(offset, into);
        } catch (RuntimeException e) {
            if (sides.isNotTheSides(e)) {
                throw e;
            }
            into.position(position);
            repair.read(offset, into);
        }
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        return changes.write(offset, from);
    }

    @Override
    public void expectWrites(long offset, long length) {
        Standing now = sides.standing();
        for (SideName side : SideName.values()) {
            if (now.has(side)) {
                sides.half(side).expectWrites(offset, length);
            }
        }
    }

    @Override
    public void discard(long offset, long length) {
        // Both sides must show the same afterwards, also if only one of them can give space back.
        changes.zero(offset, length, true);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        changes.zero(offset, length, giveBack);
    }

    @Override
    public Range rangeAt(long offset) {
        return lead().rangeAt(offset);
    }

    @Override
    public void flush() {
        flush(false);
    }

    private void flush(boolean last) {
        long flush = log.flushBegins();
        boolean both = sides.standing().primary() && sides.standing().copy();
        CompletableFuture<Boolean> first =
                CompletableFuture.supplyAsync(() -> flushed(SideName.PRIMARY), both ? flushing : Runnable::run);
        boolean copy = false;
        boolean primary;
        try {
            copy = flushed(SideName.COPY);
        } finally {
            // Whatever the copy says: nobody goes on before the primary has said what became of its flush.
            primary = told(first);
        }
        Standing now = sides.standing();
        if (!now.primary() && !now.copy()) {
            throw StorageError.IO_FAILED.error(
                    "Both sides of LU " + name + " are lost", "the one failed after the other", "see to its PVs");
        }
        if (primary && copy) {
            log.flushed(flush, last)
                    .ifPresent(failed -> sides.lose(failed.side(), failed.store(), failed.cause(), true));
        }
    }

    private static boolean told(CompletableFuture<Boolean> flush) {
        try {
            return flush.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException known -> throw known;
                case Error known -> throw known;
                case null, default -> throw e;
            }
        }
    }

    private boolean flushed(SideName side) {
        if (!sides.standing().has(side)) {
            return false;
        }
        LuStore store = sides.half(side).store();
        try {
            store.flush();
            return true;
        } catch (RuntimeException e) {
            sides.lose(side, store, e, true);
            return false;
        }
    }

    private Half lead() {
        return sides.half(sides.standing().lead());
    }

    @Override
    public void resize(long sizeBytes) {
        if (sizeBytes > log.capacityBytes()) {
            throw StorageError.BAD_SIZE.error(
                    "LU " + name + " cannot have " + sizeBytes + " bytes while it is redundant",
                    "its intents were made for " + log.capacityBytes() + " at most",
                    "remove its copy, change the size, and add a copy again");
        }
        stripes.lockAll();
        try {
            SideName lead = sides.standing().lead();
            // The side that leads says how long the LU is; the other one is never shorter.
            boolean grows = sizeBytes > lead().store().sizeBytes();
            if (grows) {
                resizeOther(lead.other(), sizeBytes, true);
            }
            able(lead, Resizes.class).resize(sizeBytes);
            if (!grows) {
                resizeOther(lead.other(), sizeBytes, false);
            }
        } finally {
            stripes.unlockAll();
        }
    }

    private void resizeOther(SideName side, long sizeBytes, boolean must) {
        if (!sides.standing().has(side)) {
            return;
        }
        try {
            able(side, Resizes.class).resize(sizeBytes);
        } catch (RuntimeException e) {
            if (must) {
                throw e;
            }
            sides.lose(side, sides.half(side).store(), e, false);
        }
    }

    private <T> T able(SideName side, Class<T> capability) {
        LuStore store = sides.half(side).store();
        if (capability.isInstance(store)) {
            return capability.cast(store);
        }
        throw StorageError.NOT_SUPPORTED.error(
                "LU " + sides.half(side).lu() + " cannot do this",
                "its storage driver does not have the capability " + capability.getSimpleName(),
                "use a pool of another driver");
    }

    /** A capability of the primary, which must hold everything. */
    private <T> T ofPrimary(Class<T> capability) {
        Standing now = sides.standing();
        if (now.lead() != SideName.PRIMARY || !now.primary()) {
            throw StorageError.NOT_SYNCHRONOUS.error(
                    "This cannot be done to LU " + name + " now",
                    "only its copy holds everything",
                    "wait until it is resynchronised, or promote the copy");
        }
        return able(SideName.PRIMARY, capability);
    }

    @Override
    public void snapshot(UUID snapshot) {
        ofPrimary(Snapshots.class).snapshot(snapshot);
    }

    @Override
    public Freeze freeze() {
        return ofPrimary(Snapshots.class).freeze();
    }

    @Override
    public void deleteSnapshot(UUID snapshot, Set<UUID> needed) {
        ofPrimary(Snapshots.class).deleteSnapshot(snapshot, needed);
    }

    @Override
    public void rollback(UUID snapshot) {
        Snapshots primary = ofPrimary(Snapshots.class);
        stripes.lockAll();
        try {
            // Known to differ before it does: a crash at any step ends in a copy of everything.
            sides.copyIsBehind("it is rolled back to a snapshot", sizeBytes());
            for (var failed = log.markAll(sizeBytes()); failed.isPresent(); failed = log.markAll(sizeBytes())) {
                sides.lose(
                        failed.get().side(), failed.get().store(), failed.get().cause(), false);
            }
            log.allStale();
            primary.rollback(snapshot);
            if (sides.standing().copy()) {
                resizeOther(SideName.COPY, sizeBytes(), false);
            }
        } finally {
            stripes.unlockAll();
            wanted.run();
        }
    }

    @Override
    public List<SnapshotUsage> snapshots() {
        return ofPrimary(Snapshots.class).snapshots();
    }

    @Override
    public void place(Set<UUID> pvs, Set<UUID> needed, Progress progress) {
        ofPrimary(Moves.class).place(pvs, needed, progress);
    }

    @Override
    public void flatten(Progress progress) {
        ofPrimary(Clones.Clone.class).flatten(progress);
    }

    @Override
    public long usedBytes() {
        return lead().store().usedBytes();
    }

    @Override
    public void close() {
        try {
            if (!sides.isClosed()) {
                awaitChanges(() -> flush(sides.standing().state() == State.SYNCHRONOUS));
            }
        } finally {
            end(Half::close);
        }
    }

    /** The primary's store, which goes on alone after {@link #leaveToPrimary}. */
    LuStore primaryStore() {
        return sides.half(SideName.PRIMARY).store();
    }

    /** Ends the mirror, but not the primary's store, which goes on alone. Calls that are under way end first. */
    void leaveToPrimary() {
        // A side that cannot be told is none that anybody goes on with.
        awaitChanges(() -> log.alone(Optional.of(SideName.PRIMARY)));
        Standing now = sides.standing();
        Half primary = sides.half(SideName.PRIMARY);
        try {
            if (now.copy()) {
                sides.half(SideName.COPY).close();
            }
        } finally {
            primary.intent().close();
        }
    }

    @Override
    public void abandon() {
        end(Half::abandon);
    }

    private void awaitChanges(Runnable work) {
        stripes.lockAll();
        try {
            work.run();
            sides.closing();
        } finally {
            stripes.unlockAll();
        }
    }

    private void end(java.util.function.Consumer<Half> ending) {
        sides.closing();
        Standing now = sides.standing();
        try {
            if (now.primary()) {
                ending.accept(sides.half(SideName.PRIMARY));
            }
        } finally {
            if (now.copy()) {
                ending.accept(sides.half(SideName.COPY));
            }
        }
    }
}
