package org.serai.simulator.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.cluster.spi.StorageFence;

/** A pool's lease area over one path. */
public final class AreaPath implements LeaseArea {
    private final Path path;
    private final UUID incarnation;

    /** @param incarnation of the node that writes */
    public AreaPath(Path path, UUID incarnation) {
        this.path = path;
        this.incarnation = incarnation;
    }

    @Override
    public UUID pool() {
        return path.pool().id();
    }

    @Override
    public int slots() {
        return path.pool().slots().length;
    }

    @Override
    public Optional<StorageFence> fence() {
        return path.fence();
    }

    @Override
    public void read(int slot, ByteBuffer into) throws IOException {
        read(slot, 1, into);
    }

    @Override
    public void read(int first, int count, ByteBuffer into) throws IOException {
        path.read(() -> {
            for (var slot = first; slot < first + count; slot++) {
                into.put(path.pool().read(slot));
            }
        });
    }

    @Override
    public void write(int slot, ByteBuffer from) throws IOException {
        var content = new byte[SLOT_BYTES];
        from.get(content);
        path.write(incarnation, () -> path.pool().slots()[slot] = content);
    }
}
