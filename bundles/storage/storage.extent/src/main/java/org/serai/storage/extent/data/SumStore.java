package org.serai.storage.extent.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sum pages of an open LU's extents: which of them say what, and how that changes durably. */
final class SumStore {
    private static final Logger LOG = LoggerFactory.getLogger(SumStore.class);
    private static final int CACHED_AT_MOST = 16_384;
    private static final int UNSETTLED_AT_MOST = 4096;
    /** A bound of the time in which nobody can wait for those inside to end. */
    private static final int AT_ONCE = 64;

    private final UUID lu;
    private final PvSet pvs;
    private final int blocks;
    private final long epoch;
    private final PvMarks written;
    private final CopyBuffers buffers;
    private final LongPredicate owned;
    private final SumCache cache = new SumCache(CACHED_AT_MOST);

    /** Reads content as it is and takes its sums. */
    interface Taking {
        /** Fills in the sums of blocks whose sums are not known; others are left, whatever the content is. */
        void take(Sums sums) throws IOException;
    }

    /**
     * @param owned whether an extent is this holder's, to write its sums; those of others are read
     * @param written what the next flush makes durable
     */
    SumStore(UUID lu, PvSet pvs, int blocks, long epoch, PvMarks written, LongPredicate owned, CopyBuffers buffers) {
        this.lu = lu;
        this.pvs = pvs;
        this.blocks = blocks;
        this.epoch = epoch;
        this.written = written;
        this.owned = owned;
        this.buffers = buffers;
    }

    /** The sums of an extent, from memory or the PV. */
    Sums of(long address) throws IOException {
        Sums known = cache.find(address);
        return known != null ? known : load(address);
    }

    private Sums load(long address) throws IOException {
        Pv pv = pv(address);
        long extent = ExtentAddress.extent(address);
        ByteBuffer buffer = buffers.take();
        try {
            Sums sums = switch (SumPage.read(pv, extent, blocks, buffer)) {
                case SumPage.Found.Whole(SumPage page) ->
                    new Sums(
                            address,
                            page.settled() ? Sums.State.SETTLED : Sums.State.UNKNOWN,
                            page.crcs(),
                            page.generation());
                case SumPage.Found.Damaged() -> {
                    LOG.info(
                            "LU {}: extent {} of PV {} has no intact checksums; they are taken anew",
                            lu,
                            extent,
                            pv.file().path());
                    yield new Sums(address, Sums.State.UNKNOWN, new int[blocks], 0);
                }
            };
            boolean mine = owned.test(address);
            if (!mine && sums.state != Sums.State.SETTLED) {
                // Its holder settles it some time: not to be remembered.
                return sums;
            }
            Sums counts = cache.add(sums);
            if (counts == sums && sums.state == Sums.State.UNKNOWN) {
                cache.unsettled(sums);
            }
            return counts;
        } finally {
            buffers.giveBack(buffer);
        }
    }

    /** Takes an extent into use whose content begins: its page says so, durably before a map can name the extent. */
    Sums begin(long address) throws IOException {
        drop(address);
        Sums sums = new Sums(address, Sums.State.UNSETTLED, new int[blocks], 1);
        writePage(sums, false);
        sums.touched = true;
        sums.busy = true;
        cache.unsettled(sums);
        return cache.add(sums);
    }

    /** Takes an extent into use whose content's sums are known. */
    void beginSettled(Sums sums) throws IOException {
        drop(sums.address);
        writePage(sums, true);
        cache.add(sums);
    }

    /** Forgets an extent that is not used any more. */
    void drop(long address) {
        Sums known = cache.find(address);
        if (known != null) {
            remove(known, true);
        }
    }

    /** Forgets what is on the PV too, so that it is read anew. */
    void reload(Sums sums) {
        remove(sums, false);
    }

    private void remove(Sums sums, boolean unsettledToo) {
        long stamp = sums.gate.writeLock();
        try {
            if (unsettledToo || sums.state != Sums.State.UNSETTLED) {
                cache.remove(sums);
            }
        } finally {
            sums.gate.unlockWrite(stamp);
        }
    }

    /** Makes the PV say, durably, that the content is changing. */
    void unsettle(Sums sums) throws IOException {
        long stamp = sums.gate.writeLock();
        try {
            if (sums.state != Sums.State.SETTLED && sums.state != Sums.State.UNKNOWN) {
                return;
            }
            Pv pv = pv(sums.address);
            int incarnation = pv.incarnation();
            writePage(sums, false);
            pv.sync(incarnation);
            sums.state = Sums.State.UNSETTLED;
            cache.unsettled(sums);
        } finally {
            sums.gate.unlockWrite(stamp);
        }
    }

    boolean isTooMuchUnsettled() {
        return cache.unsettledCount() > UNSETTLED_AT_MOST;
    }

    boolean isUnsettled() {
        return cache.unsettledCount() > 0;
    }

    void age() {
        cache.unsettled().forEach(sums -> sums.busy = false);
    }

    /**
     * Settles some of what is unsettled: its content is made durable first, then its sums are taken from it and written.
     *
     * @param busyToo what is not idle as well
     * @return whether there was anything to do
     */
    boolean settle(boolean busyToo, Taking taking) throws IOException {
        List<Sums> some = cache.unsettled().stream()
                .filter(sums -> busyToo || !sums.busy)
                .limit(AT_ONCE)
                .toList();
        PvMarks marks = new PvMarks();
        for (Sums sums : some) {
            sums.touched = false;
            Pv pv = pv(sums.address);
            marks.mark(pv, pv.incarnation());
        }
        if (!some.isEmpty()) {
            marks.sync(pvs);
        }
        for (Sums sums : some) {
            settle(sums, taking);
        }
        return !some.isEmpty();
    }

    private void settle(Sums sums, Taking taking) throws IOException {
        long stamp = sums.gate.writeLock();
        try {
            if (sums.touched || sums.state != Sums.State.UNSETTLED && sums.state != Sums.State.UNKNOWN) {
                return;
            }
            taking.take(sums);
            writePage(sums, true);
            sums.knowAll();
            sums.state = Sums.State.SETTLED;
            cache.settled(sums);
        } finally {
            sums.gate.unlockWrite(stamp);
        }
    }

    private void writePage(Sums sums, boolean settled) throws IOException {
        Pv pv = pv(sums.address);
        int incarnation = pv.incarnation();
        ByteBuffer buffer = buffers.take();
        try {
            sums.generation++;
            new SumPage(settled, sums.generation, sums.crcs)
                    .write(pv, ExtentAddress.extent(sums.address), epoch, buffer);
        } finally {
            buffers.giveBack(buffer);
        }
        written.mark(pv, incarnation);
    }

    private Pv pv(long address) {
        return pvs.at(ExtentAddress.position(address));
    }
}
