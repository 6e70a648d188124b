package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Progress;
import org.serai.storage.Range;
import org.serai.storage.StorageError;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.spi.AtomicWrites;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.Expects;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.Resizes;
import org.serai.storage.spi.Snapshots;

/** An open LU. Reads, and writes to extents that are mapped, share nothing but the gate that a close waits at. */
public class ExtentLu implements LuStore, AtomicWrites, Discards, Expects, Moves, Resizes, Snapshots {
    private final LuCore core;
    private final LuWriter writer;
    private final AtomicWriting atomic;
    private final Expecting expecting;
    private final Zeroing zeroing;
    private final Reclaiming reclaiming;
    private final Snapshotting snapshotting;
    private final Collecting collecting;
    private final Resizing resizing;
    private final Flattening flattening;
    private final Placing placing;
    private final Settling settling;
    private final long extentBytes;

    /** An LU of these parts, or a clone; shared if other nodes read it. */
    public static ExtentLu of(LuCore core, boolean shared) {
        boolean clone = core.root.table().layers().stream().anyMatch(Layer::hasOrigin);
        return clone ? new ExtentClone(core, shared) : new ExtentLu(core, shared);
    }

    ExtentLu(LuCore core, boolean shared) {
        this.core = core;
        this.writer = new LuWriter(core);
        this.atomic = new AtomicWriting(core, this, writer);
        this.expecting = new Expecting(core);
        this.zeroing = new Zeroing(core, writer);
        this.reclaiming = new Reclaiming(core, shared);
        this.snapshotting = new Snapshotting(core);
        this.collecting = new Collecting(core, reclaiming);
        this.resizing = new Resizing(core, writer);
        this.flattening = new Flattening(core, writer);
        this.placing = new Placing(core, this, writer, reclaiming);
        this.settling = new Settling(core);
        this.extentBytes = core.shape.extentBytes();
    }

    @Override
    public final long sizeBytes() {
        return core.sizeBytes();
    }

    @Override
    public final long usedBytes() {
        return core.counts.shown.get() * extentBytes;
    }

    @Override
    public final void read(long offset, ByteBuffer into) {
        long stamp = core.gate.read();
        try {
            for (long at = offset; into.hasRemaining(); ) {
                int n = (int) Math.min(extentBytes - (at & extentBytes - 1), into.remaining());
                long entry = core.map.find(at / extentBytes);
                if (ExtentAddress.given(entry)) {
                    core.data.read(ExtentAddress.plain(entry), at, into, n);
                } else {
                    Pages.putZeros(into, n);
                }
                at += n;
            }
        } catch (IOException e) {
            throw Pv.failed("Reading LU " + core.root.lu() + " failed", e);
        } finally {
            core.gate.endRead(stamp);
        }
    }

    @Override
    public final int write(long offset, ByteBuffer from) {
        int start = from.position();
        boolean full;
        try {
            full = writeOnce(offset, from);
        } catch (SeraiException e) {
            if (e.code() != StorageError.POOL_FULL || !core.space.hasHidden()) {
                throw e;
            }
            findFree();
            full = writeOnce(offset + from.position() - start, from);
        }
        if (full) {
            flush();
        }
        return core.growth.fillPermille();
    }

    @Override
    public final int atomicBytes() {
        return atomic.maxBytes();
    }

    @Override
    public final int writeAtomically(long offset, ByteBuffer from) {
        return atomic.write(offset, from, this::findFree);
    }

    private void findFree() {
        core.change("Looking for free space of", () -> {
            reclaiming.findFree();
            return core;
        });
    }

    private boolean writeOnce(long offset, ByteBuffer from) {
        long stamp = core.gate.write();
        try {
            return expecting.write(writer, offset, from);
        } catch (IOException e) {
            throw Pv.failed("Writing LU " + core.root.lu() + " failed", e);
        } catch (SeraiException e) {
            throw e.code() == StorageError.STALE ? core.gate.refuse(e) : e;
        } finally {
            core.gate.endWrite(stamp);
        }
    }

    @Override
    public final void expectWrites(long offset, long length) {
        expecting.run(offset, length);
    }

    @Override
    public final void discard(long offset, long length) {
        writeZeroes(offset, length, true);
    }

    @Override
    public final void writeZeroes(long offset, long length, boolean giveBack) {
        for (long at = offset; at < offset + length; ) {
            at = zeroOnce(at, offset + length, giveBack);
            if (at < offset + length) {
                flush();
            }
        }
    }

    private long zeroOnce(long at, long end, boolean giveBack) {
        long stamp = core.gate.write();
        try {
            core.requireInside(at, end - at);
            return zeroing.zero(at, end, core.sizeBytes(), giveBack);
        } catch (IOException e) {
            throw Pv.failed("Zeroing a part of LU " + core.root.lu() + " failed", e);
        } catch (SeraiException e) {
            throw e.code() == StorageError.STALE ? core.gate.refuse(e) : e;
        } finally {
            core.gate.endWrite(stamp);
        }
    }

    @Override
    public final Range rangeAt(long offset) {
        long stamp = core.gate.read();
        try {
            return zeroing.rangeAt(offset, core.sizeBytes());
        } catch (IOException e) {
            throw Pv.failed("Reading the map of LU " + core.root.lu() + " failed", e);
        } finally {
            core.gate.endRead(stamp);
        }
    }

    @Override
    public final void flush() {
        long stamp = core.gate.read();
        try {
            expecting.over();
            core.flush.run();
        } catch (IOException e) {
            throw core.gate.refuse(Pv.failed("Flushing LU " + core.root.lu() + " failed", e));
        } catch (SeraiException e) {
            throw core.gate.refuse(e);
        } finally {
            core.gate.endRead(stamp);
        }
        reclaiming.run();
    }

    @Override
    public final boolean isFailed() {
        return core.gate.isFailed();
    }

    @Override
    public final void snapshot(UUID snapshot) {
        try (Freeze freeze = freeze()) {
            freeze.snapshot(snapshot);
        }
    }

    @Override
    public final Freeze freeze() {
        // Most of what a snapshot makes durable is so before changes stand still.
        flush();
        core.gate.freeze();
        return new Standstill(core.gate, snapshotting);
    }

    @Override
    public final void deleteSnapshot(UUID snapshot, Set<UUID> needed) {
        longWork("Dropping a snapshot of", () -> {
            collecting.drop(snapshot);
            collecting.run(Optional.of(needed));
        });
        reclaiming.run();
    }

    @Override
    public final void rollback(UUID snapshot) {
        longWork("Going back to a snapshot of", () -> {
            core.structure.lock();
            core.gate.freeze();
            try {
                core.sizeBytes(snapshotting.rollback(snapshot));
            } finally {
                core.gate.thaw();
                core.structure.unlock();
            }
            collecting.run(Optional.empty());
        });
        reclaiming.run();
    }

    @Override
    public final List<SnapshotUsage> snapshots() {
        core.gate.requireOpen();
        core.longWork.lock();
        core.structure.lock();
        try {
            return snapshotting.all();
        } catch (IOException e) {
            throw Pv.failed("Reading the maps of LU " + core.root.lu() + " failed", e);
        } finally {
            core.structure.unlock();
            core.longWork.unlock();
        }
    }

    @Override
    public final void resize(long sizeBytes) {
        core.shape.requirePossible(sizeBytes);
        boolean done = false;
        try {
            longWork("Resizing", () -> resizeStanding(sizeBytes));
            done = true;
        } finally {
            reclaiming.run();
            if (!done) {
                reclaiming.giveBackUnits(true);
            }
        }
    }

    private void resizeStanding(long sizeBytes) throws IOException {
        core.structure.lock();
        core.gate.freeze();
        try {
            if (sizeBytes > core.sizeBytes()) {
                resizing.grow(sizeBytes);
            } else if (sizeBytes < core.sizeBytes()) {
                resizing.shrink(sizeBytes);
            }
        } finally {
            core.gate.thaw();
            core.structure.unlock();
        }
    }

    @Override
    public final void place(Set<UUID> pvs, Set<UUID> needed, Progress progress) {
        try {
            longWork("Moving", () -> placing.run(pvs, needed, progress));
        } finally {
            reclaiming.run();
        }
    }

    private interface LongWork {
        void run() throws IOException;
    }

    private void longWork(String what, LongWork work) {
        core.longWork.lock();
        try {
            core.change(what, () -> {
                work.run();
                return core;
            });
        } finally {
            core.longWork.unlock();
        }
    }

    /** Whether another LU's layers show through. */
    public final boolean reads(UUID lu) {
        return core.origins.stream()
                .anyMatch(origin -> origin.map().pages().lu().equals(lu));
    }

    /** Reads anew where the origin's layers are; returns when nobody reads them where they were. */
    public final void follow(OriginLayers origin) throws IOException {
        core.structure.lock();
        try {
            LayerTable table = core.root.table();
            core.origins = origin.find(table);
            core.map.refold(new Layers(core).below(table, table.top()));
        } catch (SeraiException e) {
            // Another node deleted this clone, and then what it showed: that is no failure of the LU that moves.
            core.gate.refuse(e);
        } finally {
            core.structure.unlock();
        }
        core.gate.grace();
    }

    /** Counts what is shown, after the end of a holder that nobody told, and cuts off what a shrink left behind. */
    public void recovered() throws IOException {
        core.counts.recount(core.map, core.pages);
        resizing.cut(sizeBytes());
    }

    /** Copies what is the origin's, if there is one. */
    final void copyOrigin(Progress progress) {
        try {
            longWork("Flattening", () -> flattening.run(this, progress));
        } finally {
            reclaiming.run();
        }
    }

    /** Maps every extent, zeroed and with its space kept. Before anybody else knows the LU. */
    public void fill() throws IOException {
        copyOrigin(Progress.NONE);
        for (long extent = 0; extent < core.shape.extents(sizeBytes()); extent++) {
            writer.fill(extent);
            if (core.map.dirtyLeaves() > LuWriter.DIRTY_LEAVES_AT_MOST) {
                flush();
            }
        }
    }

    @Override
    public final void close() {
        if (!core.gate.close() || core.isLost()) {
            core.map.close();
            return;
        }
        try {
            core.flush.run();
            reclaiming.last();
            settling.all();
            core.flush.close();
        } catch (IOException e) {
            throw Pv.failed("Closing LU " + core.root.lu() + " failed: what was not flushed before may be lost", e);
        } finally {
            core.map.close();
        }
    }

    /** Writes checksums of what nobody writes just now. */
    public final void settle() {
        settling.some();
    }

    @Override
    public final void abandon() {
        core.gate.close();
        core.map.close();
    }
}
