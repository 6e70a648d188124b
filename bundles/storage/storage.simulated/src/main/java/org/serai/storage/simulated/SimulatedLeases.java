package org.serai.storage.simulated;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.storage.spi.PoolContext;

/** The lease area of a pool in memory. */
record SimulatedLeases(Medium medium, PoolContext context) implements LeaseArea {
    @Override
    public UUID pool() {
        return medium.pool;
    }

    @Override
    public int slots() {
        return Medium.LEASE_SLOTS;
    }

    @Override
    public void read(int slot, ByteBuffer into) {
        synchronized (medium) {
            into.put(medium.slots[slot]);
        }
    }

    @Override
    public void write(int slot, ByteBuffer from) {
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            from.get(medium.slots[slot]);
        }
    }
}
