package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Progress;
import org.serai.storage.Range;
import org.serai.storage.StorageError;

/**
 * Copies what may differ from the side that leads to the other one, while both are in use. What is copied and flushed
 * loses its mark, so that after a crash it is not copied again.
 */
final class Resync {
    private static final int CHUNK_BYTES = Stripes.STRIPE_BYTES * 4;
    private static final int REGIONS_BETWEEN_FLUSHES = 64;

    private final String name;
    private final Sides sides;
    private final IntentLog log;
    private final Stripes stripes;
    private final Repair repair;
    private final Runnable flush;

    Resync(String name, Sides sides, IntentLog log, Stripes stripes, Repair repair, Runnable flush) {
        this.name = name;
        this.sides = sides;
        this.log = log;
        this.stripes = stripes;
        this.repair = repair;
        this.flush = flush;
    }

    /** Copies until both sides hold the same; one call at a time. */
    synchronized void run(Progress progress) {
        int total = log.staleRegions();
        int copied = 0;
        int from = 0;
        Optional<RuntimeException> damage = Optional.empty();
        while (true) {
            Standing now = sides.standing();
            if (!now.primary() || !now.copy()) {
                throw behind("one of its sides is away");
            }
            int region = log.nextStale(from);
            if (region < 0) {
                flush.run();
                if (damage.isPresent()) {
                    throw damage.get();
                }
                if (sides.settle()) {
                    progress.at((long) total * log.regionBytes(), (long) total * log.regionBytes());
                    return;
                }
                from = 0;
                continue;
            }
            try {
                copy(region, now.lead());
            } catch (SeraiException e) {
                if (e.code() != StorageError.DATA_DAMAGED) {
                    throw e;
                }
                // What neither side can give does not keep the rest from being copied.
                damage = Optional.of(e);
            }
            from = region + 1;
            if (++copied % REGIONS_BETWEEN_FLUSHES == 0) {
                flush.run();
            }
            tell(progress, Math.max(total, copied), copied);
        }
    }

    private void tell(Progress progress, int total, int copied) {
        if (sides.isClosed() || !progress.at(copied * log.regionBytes(), total * log.regionBytes())) {
            throw StorageError.CANCELLED.error(
                    "The resynchronisation of LU " + name + " was ended",
                    "it was cancelled, or the LU was closed",
                    "begin it again: it goes on where it was");
        }
    }

    private SeraiException behind(String why) {
        return StorageError.NOT_SYNCHRONOUS.error(
                "LU " + name + " cannot be resynchronised now", why, "see to its PVs; it is tried again by itself");
    }

    private void copy(int region, SideName lead) {
        boolean done = false;
        try {
            long begin = region * log.regionBytes();
            long end =
                    Math.min(begin + log.regionBytes(), sides.half(lead).store().sizeBytes());
            ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
            for (long at = begin; at < end; at += CHUNK_BYTES) {
                long length = Math.min(CHUNK_BYTES, end - at);
                stripes.lock(at, length);
                try {
                    if (sides.standing().lead() != lead) {
                        throw behind("the side that it was copied from has failed");
                    }
                    chunk(lead, at, length, buffer);
                } finally {
                    stripes.unlock(at, length);
                }
            }
            done = true;
        } finally {
            if (done) {
                log.copied(region);
            } else {
                log.uncopied(region);
            }
        }
    }

    private void chunk(SideName lead, long offset, long length, ByteBuffer buffer) {
        Half source = sides.half(lead);
        Half target = sides.half(lead.other());
        Range range = source.rangeAt(offset);
        if (!range.given() && range.length() >= length) {
            onTarget(lead.other(), target, () -> target.zero(offset, length, true));
            return;
        }
        read(source, offset, buffer.clear().limit((int) length));
        buffer.flip();
        onTarget(lead.other(), target, () -> target.store().write(offset, buffer));
    }

    private void read(Half source, long offset, ByteBuffer into) {
        try {
            source.store().read(offset, into);
        } catch (RuntimeException e) {
            if (sides.isNotTheSides(e)) {
                throw e;
            }
            repair.read(offset, into.position(0));
        }
    }

    private void onTarget(SideName side, Half target, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            sides.lose(side, target.store(), e, false);
            throw e;
        }
    }
}
