package org.serai.storage.simulated;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolContext;

/** An open LU in memory. Every step asks, with the monitor held, whether its holder still is the holder. */
final class SimulatedLu implements LuStore {
    private final Medium medium;
    private final PoolContext context;
    private final UUID lu;
    private final Medium.Image image;
    private final long epoch;
    private boolean closed;

    SimulatedLu(Medium medium, PoolContext context, UUID lu, Medium.Image image, long epoch) {
        this.medium = medium;
        this.context = context;
        this.lu = lu;
        this.image = image;
        this.epoch = epoch;
    }

    @Override
    public long sizeBytes() {
        return image.sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        synchronized (medium) {
            requireOpen();
            for (long at = offset; into.hasRemaining(); ) {
                int within = (int) (at % medium.extentBytes);
                int n = (int) Math.min(medium.extentBytes - within, into.remaining());
                Optional<ByteBuffer> extent = Optional.ofNullable(image.extents.get(at / medium.extentBytes));
                into.put(extent.map(found -> found.slice(within, n)).orElseGet(() -> ByteBuffer.allocate(n)));
                at += n;
            }
        }
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        synchronized (medium) {
            requireHolder();
            for (long at = offset; from.hasRemaining(); ) {
                int within = (int) (at % medium.extentBytes);
                int n = (int) Math.min(medium.extentBytes - within, from.remaining());
                ByteBuffer extent = medium.allocate(image, at / medium.extentBytes);
                extent.put(within, from, from.position(), n);
                from.position(from.position() + n);
                at += n;
            }
            return (int) (1000 * medium.usedBytes() / medium.capacityBytes());
        }
    }

    @Override
    public void flush() {
        synchronized (medium) {
            // Nothing is kept back, but a holder that is over must learn it here as well.
            requireHolder();
        }
    }

    @Override
    public long usedBytes() {
        synchronized (medium) {
            return image.extents.size() * medium.extentBytes;
        }
    }

    @Override
    public void close() {
        synchronized (medium) {
            closed = true;
        }
    }

    @Override
    public void abandon() {
        close();
    }

    private void requireOpen() {
        if (closed) {
            throw StorageError.LU_CLOSED.error(
                    "LU " + lu + " is closed", "it was closed while it was used", "open it again");
        }
    }

    private void requireHolder() {
        requireOpen();
        medium.requireNotFenced(context.incarnation());
        boolean there = medium.image(lu).filter(found -> found == image).isPresent();
        if (!there || image.epoch != epoch) {
            throw SimulatedPool.stale(lu, epoch, image.epoch);
        }
    }
}
