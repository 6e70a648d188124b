package org.serai.scsi.target.lu;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.serai.scsi.target.sense.SenseCode;

/**
 * The unit attentions that are pending for a nexus: each once, those of resets first (SAM-5), the others in the order of
 * {@link SenseCode}. Bounded, without a lock.
 */
final class Attentions {
    private static final SenseCode[] CODES = Arrays.stream(SenseCode.values())
            .filter(code -> code.key() == SenseCode.KEY_UNIT_ATTENTION)
            .toArray(SenseCode[]::new);

    private final AtomicLong pending = new AtomicLong();

    static {
        if (CODES.length > Long.SIZE) {
            throw new IllegalStateException("more unit attentions than bits");
        }
    }

    boolean any() {
        return pending.get() != 0;
    }

    /** What a power on tells includes what any later reset would. */
    void add(SenseCode code) {
        long bit = bit(code);
        long power = bit(SenseCode.POWER_ON_OCCURRED);
        boolean reset = code == SenseCode.BUS_DEVICE_RESET_OCCURRED;
        pending.updateAndGet(bits -> reset && (bits & power) != 0 ? bits : bits | bit);
    }

    /** Takes the first one away; {@link SenseCode#NO_SENSE} if there is none. */
    SenseCode take() {
        long before = pending.getAndUpdate(bits -> bits & bits - 1);
        return before == 0 ? SenseCode.NO_SENSE : CODES[Long.numberOfTrailingZeros(before)];
    }

    /** Forgets one. */
    void remove(SenseCode code) {
        long bit = bit(code);
        pending.updateAndGet(bits -> bits & ~bit);
    }

    private static long bit(SenseCode code) {
        for (int i = 0; i < CODES.length; i++) {
            if (CODES[i] == code) {
                return 1L << i;
            }
        }
        throw new IllegalArgumentException(code + " is no unit attention");
    }
}
