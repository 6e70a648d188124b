package org.serai.storage.simulated;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.storage.Progress;
import org.serai.storage.Range;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.Resizes;
import org.serai.storage.spi.Snapshots;

/** An open LU in memory. Every step asks, with the monitor held, whether its holder still is the holder. */
class SimulatedLu implements LuStore, Discards, Resizes, Snapshots, Moves {
    private final Medium medium;
    private final PoolContext context;
    private final Image image;
    private final long epoch;
    private boolean closed;
    private int freezes;

    SimulatedLu(Image image, PoolContext context, long epoch) {
        this.medium = image.medium;
        this.context = context;
        this.image = image;
        this.epoch = epoch;
    }

    @Override
    public long sizeBytes() {
        synchronized (medium) {
            return image.top().sizeBytes;
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        synchronized (medium) {
            requireOpen();
            image.top().read(offset, into);
        }
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        synchronized (medium) {
            requireThawed();
            image.write(offset, from);
            return medium.fillPermille(image.pvs);
        }
    }

    @Override
    public void flush() {
        change(Image::flush);
    }

    @Override
    public void discard(long offset, long length) {
        writeZeroes(offset, length, true);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        synchronized (medium) {
            requireThawed();
            image.zero(offset, length, giveBack);
        }
    }

    @Override
    public Range rangeAt(long offset) {
        synchronized (medium) {
            requireOpen();
            return image.top().rangeAt(offset);
        }
    }

    @Override
    public void resize(long sizeBytes) {
        Medium.requireSize(sizeBytes);
        synchronized (medium) {
            requireThawed();
            image.resize(sizeBytes);
        }
    }

    @Override
    public void snapshot(UUID snapshot) {
        change(found -> found.takeSnapshot(snapshot));
    }

    @Override
    public Freeze freeze() {
        change(_ -> freezes++);
        return new Standstill();
    }

    @Override
    public void deleteSnapshot(UUID snapshot, Set<UUID> needed) {
        change(found -> found.dropSnapshot(snapshot, needed));
    }

    @Override
    public void rollback(UUID snapshot) {
        synchronized (medium) {
            requireThawed();
            image.rollback(snapshot);
        }
    }

    @Override
    public List<SnapshotUsage> snapshots() {
        synchronized (medium) {
            requireOpen();
            return image.snapshotUsages();
        }
    }

    @Override
    public void place(Set<UUID> pvs, Set<UUID> needed, Progress progress) {
        change(found -> found.place(pvs, needed, progress));
    }

    @Override
    public long usedBytes() {
        synchronized (medium) {
            return image.top().usedBytes();
        }
    }

    @Override
    public void close() {
        synchronized (medium) {
            if (!closed && isHolder()) {
                image.flush();
            }
            end();
        }
    }

    @Override
    public void abandon() {
        synchronized (medium) {
            if (!closed && isHolder()) {
                // Nobody may count on what was not flushed.
                image.lose(() -> true);
            }
            end();
        }
    }

    private void end() {
        closed = true;
        medium.notifyAll();
    }

    /** A change by the holder that goes on while writes stand still. */
    final void change(Consumer<Image> work) {
        synchronized (medium) {
            requireHolder();
            work.accept(image);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw StorageError.LU_CLOSED.error(
                    "LU " + image.lu + " is closed", "it was closed while it was used", "open it again");
        }
    }

    private boolean isHolder() {
        return image.epoch == epoch
                && medium.image(image.lu).filter(found -> found == image).isPresent();
    }

    private void requireHolder() {
        requireOpen();
        medium.requireNotFenced(context.incarnation());
        if (!isHolder()) {
            throw Medium.stale(image.lu, epoch, image.epoch);
        }
    }

    /** Waits while writes stand still; who waited may have lost the LU meanwhile. */
    private void requireThawed() {
        boolean interrupted = false;
        try {
            requireHolder();
            while (freezes > 0) {
                try {
                    medium.wait();
                } catch (InterruptedException e) {
                    // An interrupted writer gets its write done all the same, and finds the interrupt afterwards.
                    interrupted = true;
                }
                requireHolder();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Standstill implements Freeze {
        private boolean over;

        @Override
        public void snapshot(UUID snapshot) {
            SimulatedLu.this.snapshot(snapshot);
        }

        @Override
        public void close() {
            synchronized (medium) {
                freezes -= over ? 0 : 1;
                over = true;
                medium.notifyAll();
            }
        }
    }
}
