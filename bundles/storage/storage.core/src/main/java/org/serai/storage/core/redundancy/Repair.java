package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what one side cannot give from the other one, and writes it back where it was damaged. */
final class Repair {
    private static final Logger LOG = LoggerFactory.getLogger(Repair.class);
    /** The unit of data checksums, and of a device's own sectors at most. */
    static final int UNIT_BYTES = 4096;

    private final String name;
    private final Sides sides;
    private final IntentLog log;
    private final Stripes stripes;

    Repair(String name, Sides sides, IntentLog log, Stripes stripes) {
        this.name = name;
        this.sides = sides;
        this.log = log;
        this.stripes = stripes;
    }

    /** Reads a part that the leading side could not give as a whole: unit by unit, each from whichever side has it. */
    void read(long offset, ByteBuffer into) {
        long end = offset + into.remaining();
        ByteBuffer unit = ByteBuffer.allocateDirect(UNIT_BYTES);
        for (long at = offset - offset % UNIT_BYTES; at < end; at += UNIT_BYTES) {
            int length = (int) Math.min(UNIT_BYTES, sizeBytes() - at);
            stripes.lock(at, length);
            try {
                readUnit(at, unit.clear().limit(length));
            } finally {
                stripes.unlock(at, length);
            }
            int from = (int) Math.max(0, offset - at);
            int to = (int) Math.min(length, end - at);
            into.put(unit.slice(from, to - from));
        }
    }

    private long sizeBytes() {
        return sides.half(sides.standing().lead()).store().sizeBytes();
    }

    private void readUnit(long at, ByteBuffer unit) {
        SideName lead = sides.standing().lead();
        Half half = sides.half(lead);
        try {
            half.store().read(at, unit);
        } catch (RuntimeException e) {
            SideName other = lead.other();
            if (mustNotHelp(e) || !holds(other, at, unit.limit())) {
                throw e;
            }
            sides.half(other).store().read(at, unit.clear().limit(unit.limit()));
            mend(lead, half, at, unit, e);
        }
    }

    private boolean mustNotHelp(RuntimeException e) {
        boolean overtaken = e instanceof SeraiException known && known.code() == StorageError.STALE;
        return overtaken || sides.isNotTheSides(e);
    }

    /** Whether a side's content of a part counts. */
    private boolean holds(SideName side, long offset, long length) {
        Standing now = sides.standing();
        return now.has(side) && (now.state() != side.behind() || !log.isStale(offset, length));
    }

    private void mend(SideName side, Half half, long at, ByteBuffer unit, RuntimeException cause) {
        try {
            if (!(cause instanceof SeraiException known) || isGone(known)) {
                throw cause;
            }
            half.store().write(at, unit.duplicate().clear().limit(unit.limit()));
            // Not marked as a change: a crash must not leave it half done, to be taken for what the other one lacks.
            half.store().flush();
            LOG.warn(
                    "Redundant LU {}: {} bytes at {} were mended on {} ({})",
                    name,
                    unit.limit(),
                    at,
                    sides.half(side).lu(),
                    cause.getMessage());
        } catch (RuntimeException e) {
            leave(side, half, e);
        }
    }

    private static boolean isGone(SeraiException e) {
        return e.code() == StorageError.PV_AWAY || e.code() == StorageError.LU_CLOSED;
    }

    /** A read need not wait until the loss is durably known: nothing that it gives out is on one side only. */
    private void leave(SideName side, Half half, RuntimeException cause) {
        try {
            sides.lose(side, half.store(), cause, false);
        } catch (RuntimeException e) {
            LOG.info("Redundant LU {} is read past its failed side: {}", name, e.getMessage());
        }
    }

    /** Writes the units around a part anew on one side, if the other one has them. The part is locked by the caller. */
    boolean fromOther(SideName damaged, long offset, long length) {
        long first = offset - offset % UNIT_BYTES;
        long end = Math.min(Math.ceilDiv(offset + length, UNIT_BYTES) * UNIT_BYTES, sizeBytes());
        SideName other = damaged.other();
        if (!holds(other, first, end - first)) {
            return false;
        }
        ByteBuffer unit = ByteBuffer.allocateDirect(UNIT_BYTES);
        for (long at = first; at < end; at += UNIT_BYTES) {
            // Units that are changed wholly need no mending.
            if (at < offset || at + UNIT_BYTES > offset + length) {
                int n = (int) Math.min(UNIT_BYTES, end - at);
                sides.half(other).store().read(at, unit.clear().limit(n));
                sides.half(damaged).store().write(at, unit.flip());
            }
        }
        LOG.warn(
                "Redundant LU {}: damage near {} was mended on {}",
                name,
                offset,
                sides.half(damaged).lu());
        return true;
    }
}
