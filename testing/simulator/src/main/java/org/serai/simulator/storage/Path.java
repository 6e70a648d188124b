package org.serai.simulator.storage;

import java.io.IOException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.serai.cluster.spi.StorageFence;
import org.serai.simulator.kernel.Life;

/**
 * A pool as one process reaches it. What a request meets is decided while it is under way: a write may reach the disk
 * after its process was killed, and a write that failed may have reached it all the same.
 */
public final class Path {
    private static final long LOOK_NS = 1_000_000;

    private final Pool pool;
    private final Fabric fabric;
    private final Life life;
    private final SplittableRandom random;
    private final long usualNs;

    /** @param usualNs how long a request takes at most when all is well; 0 for no time at all */
    public Path(Pool pool, Fabric fabric, Life life, SplittableRandom random, long usualNs) {
        this.pool = pool;
        this.fabric = fabric;
        this.life = life;
        this.random = random;
        this.usualNs = usualNs;
    }

    Pool pool() {
        return pool;
    }

    private long latencyNs() {
        var mostNs = fabric.slowMs() > 0 ? fabric.slowMs() * 1_000_000 : usualNs;
        return mostNs == 0 ? 0 : random.nextLong(mostNs);
    }

    /** Reads what is there when the request arrives. */
    void read(Runnable found) throws IOException {
        var before = latencyNs();
        var after = latencyNs();
        life.sleepNs(before);
        life.waitNs(heldNs());
        check();
        pool.requested();
        found.run();
        life.sleepNs(after);
        life.waitNs(heldNs());
    }

    private long heldNs() {
        return fabric.heldNs(life.loop().nowNs());
    }

    /** Writes, unless that incarnation is refused when the request arrives. */
    void write(UUID incarnation, Runnable landing) throws IOException {
        var before = latencyNs();
        var after = latencyNs();
        if (fabric.isBroken() && random.nextInt(4) > 0) {
            life.sleepNs(before);
            throw new IOException("the path to the pool is lost");
        }
        var done = new boolean[1];
        life.request(before, this::heldNs, () -> {
            if (!pool.refuses(incarnation)) {
                landing.run();
            }
            done[0] = true;
        });
        life.sleepNs(before + 1);
        while (!done[0]) {
            life.waitNs(Math.max(LOOK_NS, heldNs()));
        }
        life.sleepNs(after);
        life.waitNs(fabric.answerHeldNs(life.loop().nowNs()));
        check();
        pool.requireNotFenced(incarnation);
    }

    /** How the storage refuses an incarnation, if it can. */
    public Optional<StorageFence> fence() {
        return pool.fences() ? Optional.of(this::fence) : Optional.empty();
    }

    private void fence(UUID node, UUID incarnation) throws IOException {
        life.sleepNs(latencyNs());
        life.waitNs(heldNs());
        check();
        pool.fence(incarnation);
        life.loop().trace().note(life.name(), "has the storage refuse " + incarnation);
        life.sleepNs(latencyNs());
        life.waitNs(heldNs());
        check();
    }

    private void check() throws IOException {
        if (fabric.isBroken()) {
            throw new IOException("the path to the pool is lost");
        }
    }
}
