package org.serai.storage.core.attach;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.cluster.spi.StorageFence;

/** A pool's lease area together with how its storage refuses a node. */
record FencedArea(LeaseArea area, Optional<StorageFence> fence) implements LeaseArea {
    @Override
    public UUID pool() {
        return area.pool();
    }

    @Override
    public int slots() {
        return area.slots();
    }

    @Override
    public void read(int slot, ByteBuffer into) throws IOException {
        area.read(slot, into);
    }

    @Override
    public void read(int first, int count, ByteBuffer into) throws IOException {
        area.read(first, count, into);
    }

    @Override
    public void write(int slot, ByteBuffer from) throws IOException {
        area.write(slot, from);
    }
}
