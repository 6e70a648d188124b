package org.serai.storage.core.lu;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
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
 * between two stores, and whoever replaces it need not stop the calls that are under way. Calls wait for storage that is
 * away for no longer than a lease, and what was not flushed then is written again.
 */
public final class LockedLu implements OpenLu {
    private final Fence fence;
    private final Serving serving;
    /** Whether anything was given back since the last flush. */
    private volatile boolean freed;
    /** Whether space may have been taken that nothing is written to. */
    private volatile boolean ahead;

    LockedLu(Fence fence, Serving serving) {
        this.fence = fence;
        this.serving = serving;
    }

    /** Its row as it is served. */
    public LuRow row() {
        return served().row();
    }

    Grant grant() {
        return served().grant();
    }

    Served served() {
        return serving.now();
    }

    /** Tells it of its changed row. */
    void changed(LuRow now) {
        serving.changed(now);
    }

    /** Serves from something else, if it still is served as expected. */
    boolean replace(Served expected, Served now) {
        return serving.replace(expected, now);
    }

    /** Lends its store for a change. */
    HeldLu held(Runnable end) {
        Served now = served();
        return new HeldLu(
                now.row(),
                now.attachment(),
                now.store(),
                now.grant(),
                () -> !serving.isEnding() && fence.isOpen(),
                end);
    }

    @Override
    public long sizeBytes() {
        return row().sizeBytes();
    }

    @Override
    public long epoch() {
        return grant().epoch();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        check(offset, into.remaining());
        int position = into.position();
        long until = 0;
        boolean done = false;
        while (!done) {
            LuStore used = served().store();
            into.position(position);
            try {
                used.read(offset, into);
                done = !serving.isReplaced(used);
            } catch (SeraiException e) {
                until = serving.untilAgain(used, e, until);
            }
        }
        // What was read while another node may have written is not given out.
        checkFence();
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        check(offset, from.remaining());
        int position = from.position();
        long until = 0;
        boolean done = false;
        while (!done) {
            Served now = served();
            from.position(position);
            try {
                now.fill().at(now.store().write(offset, from));
                serving.unflushed().wrote(offset, from, position, false);
                done = !serving.isReplaced(now.store());
            } catch (SeraiException e) {
                until = serving.untilAgain(now.store(), e, until);
            }
        }
        checkFence();
    }

    @Override
    public int atomicBytes() {
        return served().store() instanceof AtomicWrites able ? able.atomicBytes() : 0;
    }

    @Override
    public void writeAtomically(long offset, ByteBuffer from) {
        check(offset, from.remaining());
        int position = from.position();
        long until = 0;
        boolean done = false;
        while (!done) {
            Served now = served();
            from.position(position);
            try {
                if (!(now.store() instanceof AtomicWrites able) || able.atomicBytes() == 0) {
                    throw Capabilities.missing(now.attachment().pool(), AtomicWrites.class);
                }
                now.fill().at(able.writeAtomically(offset, from));
                serving.unflushed().wrote(offset, from, position, true);
                done = !serving.isReplaced(now.store());
            } catch (SeraiException e) {
                until = serving.untilAgain(now.store(), e, until);
            }
        }
        checkFence();
    }

    @Override
    public void expectWrites(long offset, long length) {
        check(offset, length);
        LuStore used = served().store();
        if (!row().thick() && used instanceof Expects able) {
            ahead = true;
            try {
                able.expectWrites(offset, length);
            } catch (SeraiException e) {
                if (!serving.isReplaced(used)) {
                    throw e;
                }
            }
        }
        checkFence();
    }

    @Override
    public void discard(long offset, long length) {
        check(offset, length);
        long until = 0;
        boolean done = false;
        while (!done) {
            LuStore used = served().store();
            try {
                if (!row().thick() && used instanceof Discards able) {
                    able.discard(offset, length);
                    serving.unflushed().discarded(offset, length);
                    freed = true;
                }
                done = !serving.isReplaced(used);
            } catch (SeraiException e) {
                until = serving.untilAgain(used, e, until);
            }
        }
        checkFence();
    }

    @Override
    public boolean givesBack() {
        return !row().thick() && served().store() instanceof Discards;
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        check(offset, length);
        long until = 0;
        boolean done = false;
        while (!done) {
            LuStore used = served().store();
            boolean givesBack = giveBack && !row().thick();
            try {
                Zeroes.write(used, offset, length, givesBack);
                serving.unflushed().zeroed(offset, length, givesBack);
                done = !serving.isReplaced(used);
            } catch (SeraiException e) {
                until = serving.untilAgain(used, e, until);
            }
        }
        checkFence();
    }

    @Override
    public Range rangeAt(long offset) {
        check(offset, 0);
        return served().store() instanceof Discards able
                ? able.rangeAt(offset)
                : new Range(offset, sizeBytes() - offset, true);
    }

    @Override
    public void flush() {
        checkFence();
        long until = 0;
        boolean done = false;
        while (!done) {
            LuStore used = served().store();
            long begun = serving.unflushed().flushing();
            try {
                used.flush();
                serving.unflushed().flushed(begun);
                done = !serving.isReplaced(used);
            } catch (SeraiException e) {
                until = serving.untilAgain(used, e, until);
            }
        }
        serving.tellLoss();
        Served now = served();
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
        return served().store().usedBytes();
    }

    @Override
    public Optional<PoolSpace> poolSpace() {
        Served now = served();
        return now.isAbsent() ? Optional.empty() : Optional.of(now.space());
    }

    /** What its snapshots take, as far as its driver can tell. */
    public List<Snapshots.SnapshotUsage> snapshots() {
        return served().store() instanceof Snapshots able ? able.snapshots() : List.of();
    }

    /** Whether its driver is there. */
    boolean isServed() {
        return !served().isAbsent();
    }

    /** Lets go of a driver that goes away; returns after the calls that are under way. */
    void pause() {
        serving.pause();
    }

    /** Goes on under a higher epoch of its lock, with the same store. */
    Grant renew(UnaryOperator<Supplier<Grant>> within) {
        return serving.renew(within);
    }

    /** Goes on in a pool that is attached anew. If that fails it stays paused and can be tried again. */
    void goOn() {
        serving.goOn();
    }

    /** What is not flushed is not to be written again: the content becomes another one. */
    void contentReplaced() {
        serving.unflushed().giveUp();
    }

    @Override
    public void close() {
        serving.close(() -> {
            if (ahead) {
                served().fill().freed();
            }
        });
    }
}
