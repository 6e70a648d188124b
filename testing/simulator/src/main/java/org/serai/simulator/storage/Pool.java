package org.serai.simulator.storage;

import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;

/** The slots of a pool, as they are on stable storage. */
public final class Pool {
    private final UUID id;
    private final byte[][] slots;
    private long reads;

    /** A pool whose slots were never written. */
    public Pool(UUID id, int slots) {
        this.id = id;
        this.slots = new byte[slots][LeaseArea.SLOT_BYTES];
    }

    byte[] read(int slot) {
        reads++;
        return slots[slot].clone();
    }

    /** How many slots were read by all. */
    public long reads() {
        return reads;
    }

    UUID id() {
        return id;
    }

    byte[][] slots() {
        return slots;
    }
}
