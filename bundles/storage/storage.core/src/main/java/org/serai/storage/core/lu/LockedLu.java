package org.serai.storage.core.lu;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.ffdc.SeraiException;
import org.serai.storage.OpenLu;
import org.serai.storage.PoolSpace;
import org.serai.storage.Range;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.spi.AtomicWrites;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.Expects;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Snapshots;

/**
 * An open LU: the fence and the range are checked here, on every call and without allocating. It outlives its driver:
 * while that is away every call fails, the lock stays, and with the next version it goes on under a new epoch. It also
 * outlives its place: a call during which the store was replaced is done again with the new one, so that none is lost
 * between two stores, and whoever replaces it need not stop the calls that are under way.
 */
public final class LockedLu implements OpenLu {
    private final Fence fence;
    private final Closing closing;
    private final AtomicReference<Served> served;
    private volatile boolean ending;
    /** Whether anything was given back since the last flush. */
    private volatile boolean freed;
    /** Whether space may have been taken that nothing is written to. */
    private volatile boolean ahead;

    private boolean closed;

    /** Told once that the LU is closed, to give the lock back. */
    public interface Closing {
        /** It is closed. */
        void closed(LockedLu lu);
    }

    LockedLu(Served served, Fence fence, Closing closing) {
        this.served = new AtomicReference<>(served);
        this.fence = fence;
        this.closing = closing;
    }

    /** Its row as it is served. */
    public LuRow row() {
        return served.get().row();
    }

    Grant grant() {
        return served.get().grant();
    }

    Served served() {
        return served.get();
    }

    /** Tells it of its changed row. */
    void changed(LuRow now) {
        served.updateAndGet(current -> current.with(now));
    }

    /** Serves from something else, if it still is served as expected. */
    boolean replace(Served expected, Served now) {
        return served.compareAndSet(expected, now);
    }

    /** Lends its store for a change. */
    HeldLu held(Runnable end) {
        Served now = served.get();
        return new HeldLu(now.row(), now.attachment(), now.store(), now.grant(), () -> !ending && fence.isOpen(), end);
    }

    @Override
    public long sizeBytes() {
        return served.get().row().sizeBytes();
    }

    @Override
    public long epoch() {
        return grant().epoch();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        check(offset, into.remaining());
        int position = into.position();
        LuStore used;
        do {
            used = served.get().store();
            into.position(position);
            try {
                used.read(offset, into);
            } catch (SeraiException e) {
                throwUnlessReplaced(used, e);
            }
        } while (isReplaced(used));
        // What was read while another node may have written is not given out.
        checkFence();
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        check(offset, from.remaining());
        int position = from.position();
        LuStore used;
        do {
            Served now = served.get();
            used = now.store();
            from.position(position);
            try {
                now.fill().at(used.write(offset, from));
            } catch (SeraiException e) {
                throwUnlessReplaced(used, e);
            }
        } while (isReplaced(used));
        checkFence();
    }

    @Override
    public int atomicBytes() {
        return served.get().store() instanceof AtomicWrites able ? able.atomicBytes() : 0;
    }

    @Override
    public void writeAtomically(long offset, ByteBuffer from) {
        check(offset, from.remaining());
        int position = from.position();
        LuStore used;
        do {
            Served now = served.get();
            used = now.store();
            from.position(position);
            try {
                if (!(used instanceof AtomicWrites able) || able.atomicBytes() == 0) {
                    throw Capabilities.missing(now.attachment().pool(), AtomicWrites.class);
                }
                now.fill().at(able.writeAtomically(offset, from));
            } catch (SeraiException e) {
                throwUnlessReplaced(used, e);
            }
        } while (isReplaced(used));
        checkFence();
    }

    @Override
    public void expectWrites(long offset, long length) {
        check(offset, length);
        LuStore used = served.get().store();
        if (!row().thick() && used instanceof Expects able) {
            ahead = true;
            try {
                able.expectWrites(offset, length);
            } catch (SeraiException e) {
                throwUnlessReplaced(used, e);
            }
        }
        checkFence();
    }

    @Override
    public void discard(long offset, long length) {
        check(offset, length);
        LuStore used;
        do {
            used = served.get().store();
            try {
                if (!row().thick() && used instanceof Discards able) {
                    able.discard(offset, length);
                    freed = true;
                }
            } catch (SeraiException e) {
                throwUnlessReplaced(used, e);
            }
        } while (isReplaced(used));
        checkFence();
    }

    @Override
    public boolean givesBack() {
        return !row().thick() && served.get().store() instanceof Discards;
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        check(offset, length);
        LuStore used;
        do {
            used = served.get().store();
            try {
                Zeroes.write(used, offset, length, giveBack && !row().thick());
            } catch (SeraiException e) {
                throwUnlessReplaced(used, e);
            }
        } while (isReplaced(used));
        checkFence();
    }

    @Override
    public Range rangeAt(long offset) {
        check(offset, 0);
        return served.get().store() instanceof Discards able
                ? able.rangeAt(offset)
                : new Range(offset, sizeBytes() - offset, true);
    }

    @Override
    public void flush() {
        checkFence();
        LuStore used;
        do {
            used = served.get().store();
            try {
                used.flush();
            } catch (SeraiException e) {
                throwUnlessReplaced(used, e);
            }
        } while (isReplaced(used));
        Served now = served.get();
        now.ownFill().at(permille(now));
        if (freed) {
            freed = false;
            now.fill().freed();
        }
        checkFence();
    }

    private static int permille(Served now) {
        return now.isAbsent() ? 0 : (int) (now.store().usedBytes() / (now.row().sizeBytes() / 1000.0));
    }

    private boolean isReplaced(LuStore used) {
        return served.get().store() != used;
    }

    private void throwUnlessReplaced(LuStore used, SeraiException e) {
        if (!isReplaced(used)) {
            throw e;
        }
    }

    private void check(long offset, long length) {
        checkFence();
        boolean aligned = (offset & BLOCK_BYTES - 1) == 0 && (length & BLOCK_BYTES - 1) == 0;
        if (!aligned || offset < 0 || offset > sizeBytes() - length) {
            throw StorageError.OUT_OF_RANGE.error(
                    "LU " + row().name() + " has no " + length + " bytes at " + offset,
                    "it has " + sizeBytes() + " bytes in blocks of " + BLOCK_BYTES,
                    "use offsets and lengths in whole blocks within the LU");
        }
    }

    private void checkFence() {
        if (!fence.isOpen()) {
            fence.check();
        }
    }

    @Override
    public long usedBytes() {
        return served.get().store().usedBytes();
    }

    @Override
    public Optional<PoolSpace> poolSpace() {
        Served now = served.get();
        return now.isAbsent() ? Optional.empty() : Optional.of(now.space());
    }

    /** What its snapshots take, as far as its driver can tell. */
    public List<Snapshots.SnapshotUsage> snapshots() {
        return served.get().store() instanceof Snapshots able ? able.snapshots() : List.of();
    }

    /** Whether its driver is there. */
    boolean isServed() {
        return !served.get().isAbsent();
    }

    /** Lets go of a driver that goes away; returns after the calls that are under way. */
    synchronized void pause() {
        if (!closed && isServed()) {
            Served left = served.getAndUpdate(now -> now.with(
                    new AbsentLu(now.row().name(), now.attachment().pool().driver())));
            end(left.store());
        }
    }

    /** Goes on under a higher epoch of its lock, with the same store. */
    synchronized Grant renew(UnaryOperator<Supplier<Grant>> within, UnaryOperator<Grant> renewal) {
        return within.apply(() -> {
                    Grant renewed = renewal.apply(grant());
                    served.updateAndGet(now -> now.with(renewed));
                    return renewed;
                })
                .get();
    }

    /**
     * Goes on in a pool that is attached anew. If that fails it stays paused and can be tried again.
     *
     * @param renewal gives the grant back and takes the next one, since no driver opens an LU twice under one epoch
     * @param reopening opens it under that grant, where it then is
     */
    synchronized void goOn(UnaryOperator<Grant> renewal, UnaryOperator<Served> reopening) {
        if (closed) {
            return;
        }
        pause(); // one that was opened just when its driver went
        Grant next = renewal.apply(grant());
        Served renewed = served.updateAndGet(now -> now.with(next));
        served.set(reopening.apply(renewed));
    }

    @Override
    public void close() {
        // Long work on it ends first, since the store waits for what is under way.
        ending = true;
        closeOnce();
    }

    private synchronized void closeOnce() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            LuStore left;
            do {
                left = served.get().store();
                end(left);
            } while (isReplaced(left));
            if (ahead) {
                served.get().fill().freed();
            }
        } finally {
            // Nothing of ours is under way any more, so another node may have the LU at once.
            closing.closed(this);
        }
    }

    private void end(LuStore left) {
        if (fence.isOpen()) {
            left.close();
        } else {
            left.abandon();
        }
    }
}
