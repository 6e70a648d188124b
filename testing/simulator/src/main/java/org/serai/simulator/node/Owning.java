package org.serai.simulator.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.simulator.kernel.LifeThread;
import org.serai.simulator.machine.Installation.Guarded;
import org.serai.simulator.node.Mishap.Step;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Moments;
import org.serai.storage.core.lu.LuLocks;

/** Takes, uses, renews and gives back partitions and LUs, and takes over what nodes held that are proven dead. */
public final class Owning {
    private static final String OPERATION = "simulated";

    private final World world;
    private final NodeProcess process;
    private final Changing changing;
    private final SplittableRandom random;
    private final Membership membership;
    private final Ownership ownership;
    private final Liveness liveness;
    private final LuLocks locks;
    private final Writing writing;
    private final Map<String, Grant> held = new LinkedHashMap<>();
    private final Map<String, Guarded> running = new LinkedHashMap<>();
    private final Map<String, Long> takenNs = new LinkedHashMap<>();
    private boolean taking;

    Owning(World world, NodeProcess process, Changing changing) {
        this.world = world;
        this.process = process;
        this.changing = changing;
        this.random = world.chance();
        this.membership = process.service(Membership.class);
        this.ownership = process.service(Ownership.class);
        this.liveness = process.service(Liveness.class);
        var database = process.service(Database.class);
        this.locks = new LuLocks(
                database,
                new SpaceLock.Cluster(membership, ownership, liveness),
                new Moments(database),
                new LifeThread(process.life()));
        this.writing = new Writing(world, process, this);
    }

    /** What is written to what this process holds. */
    Writing writing() {
        return writing;
    }

    /** What this process believes to hold. */
    public Map<String, Grant> held() {
        return held;
    }

    /** When each object was taken here last, in time itself. */
    public Map<String, Long> takenNs() {
        return takenNs;
    }

    void act() {
        if (!process.isAttached()) {
            return;
        }
        var objects = world.objects();
        var object = objects.get(random.nextInt(objects.size()));
        var grant = held.get(object);
        if (grant == null) {
            take(object);
            return;
        }
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> release(object, grant);
            case 3 -> renew(object, grant);
            default -> changing.under(grant);
        }
    }

    private Optional<LuRow> lu(String object) {
        return Optional.ofNullable(world.lus().get(object));
    }

    private void take(String object) {
        var owner = ownership.owner(object);
        var holder = owner.flatMap(Owner::holder);
        var self = membership.self();
        if (holder.isEmpty() || holder.get().equals(self.id())) {
            taken(object, acquire(object));
            return;
        }
        var seen = liveness.seen(holder.get()).state();
        if (seen == Liveness.State.ALIVE && random.nextInt(10) > 0) {
            return;
        }
        var proof = liveness.prove(holder.get(), owner.get().incarnation().orElseThrow(), _ -> {});
        after(Step.PROVEN);
        process.life().sleepMs(random.nextInt(500));
        taken(object, takeOver(object, proof));
        after(Step.USED);
    }

    private Grant acquire(String object) {
        var lu = lu(object);
        taking = true;
        try {
            return lu.isPresent() ? locks.acquire(lu.get(), OPERATION) : ownership.acquire(object, OPERATION);
        } finally {
            taking = false;
        }
    }

    boolean isTaking() {
        return taking;
    }

    private void after(Step step) {
        world.mishap().after(step, process.life());
    }

    /** In the order of OpenLus: the storage refuses the dead holder, the row says who is the new one, only then it is used. */
    private Grant takeOver(String object, DeathProof proof) {
        var lu = lu(object);
        lu.ifPresent(_ -> SpaceLock.fence(process.path(world.pool(object)).fence(), proof));
        after(Step.FENCED);
        var grant = lu.isPresent()
                ? locks.takeOver(lu.get(), OPERATION, proof)
                : ownership.takeOver(object, OPERATION, proof);
        after(Step.OWNED);
        return grant;
    }

    private void taken(String object, Grant grant) {
        held.put(object, grant);
        takenNs.put(object, world.loop().nowNs());
        world.trace().note(process.life().name(), "holds " + object + " under " + grant.epoch());
        if (object.startsWith("lpar:")) {
            process.installation()
                    .guard(object + " under " + grant.epoch())
                    .ifPresent(started -> running.put(object, started));
        }
        changing.goOn(grant);
    }

    private void letGo(String object) {
        held.remove(object);
        Optional.ofNullable(running.remove(object)).ifPresent(process.installation()::endGuarded);
        writing.finish(object);
    }

    private void release(String object, Grant grant) {
        letGo(object);
        giveBack(object, grant);
    }

    private void giveBack(String object, Grant grant) {
        if (lu(object).isPresent()) {
            locks.release(grant);
            return;
        }
        try {
            ownership.release(grant);
        } catch (SeraiException later) {
            process.life().startAfter(5_000_000_000L, () -> giveBack(object, grant));
        }
    }

    private void renew(String object, Grant grant) {
        try {
            held.put(object, ownership.renew(grant));
        } catch (SeraiException failed) {
            letGo(object);
            if (failed.code() != ClusterError.STALE_EPOCH) {
                giveBack(object, grant);
            }
            throw failed;
        }
    }

    /** In order: nothing runs any more, and everything is given back that can be. */
    void end() {
        for (var grant : List.copyOf(held.values())) {
            letGo(grant.object());
            try {
                ownership.release(grant);
            } catch (SeraiException left) {
                world.trace().note(process.life().name(), "leaves " + grant.object() + ": " + left.getMessage());
            }
        }
    }
}
