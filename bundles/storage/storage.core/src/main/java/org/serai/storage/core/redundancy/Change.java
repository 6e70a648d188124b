package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;

/**
 * Changes both sides, in order with every change that overlaps: first the side that leads, so that a failed change is at
 * most there, then the other one.
 */
final class Change {
    private final Sides sides;
    private final IntentLog log;
    private final Stripes stripes;
    private final Repair repair;
    private final Runnable resync;

    /** What is done to a side. */
    private enum Kind {
        WRITE,
        ZERO,
        ZERO_AND_GIVE_BACK
    }

    /**
     * Changes of these sides.
     *
     * @param resync is asked for when a change was done on one side only
     */
    Change(Sides sides, IntentLog log, Stripes stripes, Repair repair, Runnable resync) {
        this.sides = sides;
        this.log = log;
        this.stripes = stripes;
        this.repair = repair;
        this.resync = resync;
    }

    /** As {@link org.serai.storage.spi.LuStore#write}. */
    int write(long offset, ByteBuffer from) {
        return change(Kind.WRITE, offset, from.remaining(), from);
    }

    void zero(long offset, long length, boolean giveBack) {
        change(giveBack ? Kind.ZERO_AND_GIVE_BACK : Kind.ZERO, offset, length, null);
    }

    private int change(Kind kind, long offset, long length, ByteBuffer from) {
        if (length == 0) {
            return 0;
        }
        stripes.lock(offset, length);
        try {
            begin(offset, length);
            try {
                return both(kind, offset, length, from);
            } finally {
                log.end(offset, length);
            }
        } finally {
            stripes.unlock(offset, length);
        }
    }

    private void begin(long offset, long length) {
        requireOpen();
        for (var failed = log.begin(offset, length); failed.isPresent(); failed = log.begin(offset, length)) {
            sides.lose(failed.get().side(), failed.get().store(), failed.get().cause(), true);
            log.leave(failed.get().side(), failed.get().store());
        }
    }

    private void requireOpen() {
        if (sides.isClosed()) {
            throw StorageError.LU_CLOSED.error("The LU is closed", "it was closed while it was used", "open it again");
        }
    }

    private int both(Kind kind, long offset, long length, ByteBuffer from) {
        int position = from == null ? 0 : from.position();
        SideName lead = sides.standing().lead();
        Half first = sides.half(lead);
        int fill;
        try {
            fill = one(kind, lead, first, offset, length, from);
        } catch (RuntimeException e) {
            rewind(from, position);
            if (sides.isNotTheSides(e)) {
                differs(offset, length);
                throw e;
            }
            if (isFull(e)) {
                return byTheOtherOnly(kind, lead, first, offset, length, from, e);
            }
            lose(lead, first, e, offset, length);
            return alone(kind, lead.other(), offset, length, from, position);
        }
        SideName other = lead.other();
        if (sides.standing().has(other)) {
            rewind(from, position);
            Half second = sides.half(other);
            try {
                one(kind, other, second, offset, length, from);
            } catch (RuntimeException e) {
                if (sides.isNotTheSides(e)) {
                    differs(offset, length);
                    throw e;
                }
                lose(other, second, e, offset, length);
                if (from != null) {
                    from.position(position + (int) length);
                }
            }
        }
        return fill;
    }

    /** A side without space is lost only if the other one has some: a pool that is full stops writes, it is not broken. */
    private int byTheOtherOnly(
            Kind kind,
            SideName full,
            Half fullHalf,
            long offset,
            long length,
            ByteBuffer from,
            RuntimeException cause) {
        SideName other = full.other();
        Standing now = sides.standing();
        int fill;
        try {
            if (!now.has(other) || now.state() == other.behind()) {
                throw cause;
            }
            fill = one(kind, other, sides.half(other), offset, length, from);
        } catch (RuntimeException e) {
            differs(offset, length);
            throw cause;
        }
        lose(full, fullHalf, cause, offset, length);
        return fill;
    }

    private void lose(SideName side, Half half, RuntimeException cause, long offset, long length) {
        boolean done = false;
        try {
            sides.lose(side, half.store(), cause, true);
            done = true;
        } finally {
            if (!done) {
                differs(offset, length);
            }
        }
    }

    /** A change by the side that is left, if it still is. */
    private int alone(Kind kind, SideName side, long offset, long length, ByteBuffer from, int position) {
        if (!sides.standing().has(side)) {
            throw StorageError.IO_FAILED.error(
                    "Both sides of the LU are lost",
                    "the one failed after the other",
                    "see to the PVs, and open it again");
        }
        rewind(from, position);
        return one(kind, side, sides.half(side), offset, length, from);
    }

    private int one(Kind kind, SideName side, Half half, long offset, long length, ByteBuffer from) {
        try {
            return once(kind, half, offset, length, from);
        } catch (SeraiException e) {
            // A block of which only a part is written cannot be right again without the rest of it.
            if (e.code() != StorageError.DATA_DAMAGED || !repair.fromOther(side, offset, length)) {
                throw e;
            }
            return once(kind, half, offset, length, from);
        }
    }

    private int once(Kind kind, Half half, long offset, long length, ByteBuffer from) {
        if (kind != Kind.WRITE) {
            half.zero(offset, length, kind == Kind.ZERO_AND_GIVE_BACK);
            return 0;
        }
        int position = from.position();
        boolean done = false;
        try {
            int fill = half.store().write(offset, from);
            done = true;
            return fill;
        } finally {
            if (!done) {
                from.position(position);
            }
        }
    }

    /** A failed change may be on one side, and nobody was told that it is on any: the lead's content counts. */
    private void differs(long offset, long length) {
        Standing now = sides.standing();
        if (now.has(SideName.PRIMARY) && now.has(SideName.COPY)) {
            log.stale(offset, length);
            resync.run();
        }
    }

    private static boolean isFull(RuntimeException e) {
        return e instanceof SeraiException known && known.code() == StorageError.POOL_FULL;
    }

    private static void rewind(ByteBuffer from, int position) {
        if (from != null) {
            from.position(position);
        }
    }
}
