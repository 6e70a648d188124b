package org.serai.simulator.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.simulator.kernel.Life;

/**
 * A pool's lease area over one path. What a request meets is decided while it is under way: a write may reach the disk
 * after its process has died, and a write that failed may have reached it all the same.
 */
public final class AreaPath implements LeaseArea {
    private final Pool pool;
    private final Fabric fabric;
    private final Life life;
    private final SplittableRandom random;
    private final long usualNs;

    /** @param usualNs how long a request takes at most when all is well; 0 for no time at all */
    public AreaPath(Pool pool, Fabric fabric, Life life, SplittableRandom random, long usualNs) {
        this.pool = pool;
        this.fabric = fabric;
        this.life = life;
        this.random = random;
        this.usualNs = usualNs;
    }

    @Override
    public UUID pool() {
        return pool.id();
    }

    @Override
    public int slots() {
        return pool.slots().length;
    }

    private long latencyNs() {
        var mostNs = fabric.slowMs() > 0 ? fabric.slowMs() * 1_000_000 : usualNs;
        return mostNs == 0 ? 0 : random.nextLong(mostNs);
    }

    @Override
    public void read(int slot, ByteBuffer into) throws IOException {
        var before = latencyNs();
        var after = latencyNs();
        life.sleepNs(before);
        check();
        var found = pool.read(slot);
        life.sleepNs(after);
        into.put(found);
    }

    @Override
    public void write(int slot, ByteBuffer from) throws IOException {
        var content = new byte[SLOT_BYTES];
        from.get(content);
        var before = latencyNs();
        var after = latencyNs();
        if (fabric.isBroken() && random.nextInt(4) > 0) {
            life.sleepNs(before);
            throw new IOException("the path to the pool is lost");
        }
        // On its way: nothing that happens to the process takes it back.
        life.loop().after(before, () -> pool.slots()[slot] = content);
        life.sleepNs(before + after + 1);
        check();
    }

    private void check() throws IOException {
        if (fabric.isBroken()) {
            throw new IOException("the path to the pool is lost");
        }
    }
}
