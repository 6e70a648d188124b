package org.serai.cluster.core.member;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;

/** A lease area that several nodes of one process share. */
final class MemoryArea implements LeaseArea {
    private final UUID pool = UUID.randomUUID();
    private final byte[][] slots = new byte[4][SLOT_BYTES];

    @Override
    public UUID pool() {
        return pool;
    }

    @Override
    public int slots() {
        return slots.length;
    }

    @Override
    public synchronized void read(int slot, ByteBuffer into) {
        into.put(slots[slot]);
    }

    @Override
    public synchronized void write(int slot, ByteBuffer from) {
        from.get(slots[slot]);
    }
}
