package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.data.ExtentData;
import org.serai.storage.extent.map.Below;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.map.LuShape;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.space.Growth;

/**
 * The parts of an open LU, and their locks. Whoever needs several takes them in this order: {@link #longWork},
 * {@link #structure}, the gate, a stripe, then those inside the parts.
 */
public final class LuCore {
    private static final int STRIPES = 64;

    final LuRoot root;
    final LuPages pages;
    final LuShape shape;
    final LuSpace space;
    final LuMap map;
    final LuCounts counts;
    final Freed freed;
    final LuFlush flush;
    final ExtentData data;
    final Growth growth;
    final LuGate gate;
    final LuTaking taking;
    /** Held by one work that takes long: only such work removes layers, or moves what is theirs. */
    final ReentrantLock longWork = new ReentrantLock();
    /** Held while the layer table or a map of an earlier state changes. */
    final ReentrantLock structure = new ReentrantLock();

    /** Set when something that clones read has another place: they are told before the old one is used again. */
    volatile boolean moved;

    /** The origin's layers that the lowest one shows, with all that they show, whatever the top shows of it. */
    volatile List<Below> origins;

    private volatile long sizeBytes;

    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    /** An LU of these parts, whose table says its size. */
    public LuCore(
            LuRoot root,
            LuSpace space,
            LuMap map,
            List<Below> origins,
            LuCounts counts,
            PvMarks written,
            ExtentData data,
            Growth growth) {
        this.root = root;
        this.pages = root.pages();
        this.shape = pages.shape();
        this.space = space;
        this.map = map;
        this.origins = origins;
        this.counts = counts;
        this.data = data;
        this.growth = growth;
        this.freed = new Freed();
        this.flush = new LuFlush(root, map, counts, freed, written);
        this.gate = new LuGate(root.lu());
        this.taking = new LuTaking(this);
        this.sizeBytes = root.table().top().sizeBytes();
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** Whether its root went with a PV that was given up: then nothing of it can be written any more, or read again. */
    boolean isLost() {
        return pages.isGone(root.address());
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** The size that callers see from now on. */
    void sizeBytes(long changed) {
        sizeBytes = changed;
    }

    /** Fails behind the end: what was checked against the size before may have been cut off since. */
    void requireInside(long offset, long length) {
        if (offset + length > sizeBytes) {
            throw StorageError.OUT_OF_RANGE.error(
                    "LU " + root.lu() + " has no offset " + (offset + length),
                    "it has " + sizeBytes + " bytes",
                    "read its size again");
        }
    }

    /** Held while an extent of the LU gets another place. */
    ReentrantLock stripe(long extent) {
        return stripes[(int) (extent % STRIPES)];
    }

    /** Changes of metadata that a failure leaves half done. */
    interface Step<R> {
        R run() throws IOException;
    }

    /** Runs a change of the maps or the table; if it fails nobody knows what is durable, and the LU is refused. */
    <R> R change(String what, Step<R> step) {
        gate.requireOpen();
        try {
            return step.run();
        } catch (IOException e) {
            throw gate.refuse(Pv.failed(what + " LU " + root.lu() + " failed", e));
        } catch (SeraiException e) {
            boolean harmless = e.code() == StorageError.POOL_FULL
                    || e.code() == StorageError.CANCELLED
                    || e.code() == StorageError.DATA_DAMAGED
                    || e.code() == StorageError.NOT_SUPPORTED
                    || e.code() == StorageError.NO_SUCH_SNAPSHOT
                    || e.code() == StorageError.SNAPSHOT_IN_USE;
            throw harmless ? e : gate.refuse(e);
        }
    }
}
