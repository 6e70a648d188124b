package org.serai.simulator.node;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.simulator.node.Caught.Place;
import org.serai.simulator.storage.LuPath;

/**
 * Writes to the LUs that this node holds as an open LU of production does: looks at the gate, writes, and looks once more
 * before it acknowledges. An LU is closed before it is given back, which waits for what is under way.
 */
final class Writing {
    private static final long LOOK_MS = 2;
    private static final int BETWEEN_NS = 100_000;

    private final World world;
    private final NodeProcess process;
    private final Owning owning;
    private final Fence fence;
    private final SplittableRandom random;
    private final Map<String, LuPath> paths = new HashMap<>();
    private final Map<String, Integer> underWay = new HashMap<>();
    private long acknowledged;

    Writing(World world, NodeProcess process, Owning owning) {
        this.world = world;
        this.process = process;
        this.owning = owning;
        this.fence = process.service(Fence.class);
        this.random = world.chance();
    }

    void act() {
        var grants = owning.held().values().stream()
                .filter(grant -> world.lus().containsKey(grant.object()))
                .toList();
        if (grants.isEmpty() || !fence.isOpen()) {
            return;
        }
        var grant = grants.get(random.nextInt(grants.size()));
        underWay.merge(grant.object(), 1, Integer::sum);
        try {
            write(grant);
        } catch (IOException failed) {
            world.trace().note(process.life().name(), "cannot write: " + failed.getMessage());
        } finally {
            underWay.merge(grant.object(), -1, Integer::sum);
        }
    }

    private void write(Grant grant) throws IOException {
        var path = paths.computeIfAbsent(grant.object(), this::path);
        var write = world.data().begun();
        // A thread may be held up just here.
        process.life().sleepNs(random.nextInt(BETWEEN_NS));
        world.caught().passes(Place.WRITE, process);
        path.write(grant, write);
        acknowledged += fence.isOpen() ? 1 : 0;
    }

    private LuPath path(String object) {
        return new LuPath(process.path(world.pool(object)), process.life(), world.data());
    }

    /** Returns once nothing is under way to an LU that nobody begins to write to any more. */
    void finish(String object) {
        while (underWay.getOrDefault(object, 0) > 0) {
            process.life().sleepMs(LOOK_MS);
        }
    }

    /** How many writes were acknowledged. */
    long acknowledged() {
        return acknowledged;
    }
}
