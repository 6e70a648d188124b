package org.serai.simulator.node;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Primary;
import org.serai.cluster.core.member.ClusterNode;
import org.serai.cluster.core.member.ClusterNode.Surroundings;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.core.member.Services;
import org.serai.cluster.core.ownership.OwnershipRow;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.message.core.Interconnect;
import org.serai.simulator.database.DatabaseClient;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.kernel.LifeRounds;
import org.serai.simulator.kernel.LifeThread;
import org.serai.simulator.machine.Installation;
import org.serai.simulator.machine.SimulatedMachine;
import org.serai.simulator.node.Caught.Place;
import org.serai.simulator.storage.AreaPath;
import org.serai.simulator.storage.Path;
import org.serai.simulator.storage.Pool;

/** One start of a node: the classes of production over simulated parts, put together as the bundles do it. */
public final class NodeProcess implements Services {
    private static final long ATTACH_AGAIN_MS = 1000;

    private final World world;
    private final Installation installation;
    private final Life life;
    private final SplittableRandom random;
    private final ClusterNode node;
    private final Map<Class<?>, Object> offered = new HashMap<>();
    private Optional<Interconnect> interconnect = Optional.empty();
    private Optional<Work> work = Optional.empty();
    private boolean looking;
    private boolean attached;

    NodeProcess(World world, Installation installation) {
        this.world = world;
        this.installation = installation;
        this.random = world.chance();
        this.life = installation.begin();
        this.node = new ClusterNode(
                installation.instance(),
                installation.name(),
                installation.host().id(),
                new Surroundings(
                        new SimulatedMachine(installation, life, world.chance()),
                        world.timing(),
                        life::nanoTime,
                        new LifeRounds(life),
                        () -> world.uuid(random),
                        random,
                        world.powerFence(installation, life),
                        world.pace().eventsKept(),
                        // Bundles are not simulated: every node has the same.
                        _ -> {},
                        this));
        node.addEngine(new DatabaseClient(
                        world.database(),
                        life,
                        installation.host(),
                        world.chance(),
                        () -> world.caught().passes(Place.TRANSACTION, this))
                .engine());
        life.start(node::resume);
    }

    @Override
    public <S> Runnable offer(Class<S> type, S service) {
        offered.put(type, service);
        if (type == Journal.class) {
            begin();
        }
        return () -> {
            if (type == Journal.class) {
                end();
            }
            offered.remove(type);
        };
    }

    /** The last service is there: what uses them begins. */
    private void begin() {
        world.trace().note(installation.name(), "is a member, incarnation " + incarnation());
        var membership = service(Membership.class);
        var messages = new Interconnect(
                membership,
                topic -> work.flatMap(present -> present.handler(topic)),
                new Interconnect.Machinery(
                        life::start, new LifeThread(life), new LifeThread(life), world.chance(), life::nanoTime));
        interconnect = Optional.of(messages);
        messages.hint(service(Database.class));
        messages.use(world.network().transport(life));
        life.start(this::attach);
        if (world.pace().objects() > 0) {
            var working = new Work(world, this, messages.daemon());
            work = Optional.of(working);
            working.begin();
        }
    }

    private void attach() {
        again(() -> offered(Database.class).ifPresent(database -> {
            database.view(NodeRow.class);
            database.view(OwnershipRow.class);
            looking = true;
        }));
        for (var pool : world.pools()) {
            var area = new AreaPath(path(pool), node.self().incarnation());
            again(() -> offered(Liveness.class).ifPresent(liveness -> liveness.attach(area)));
        }
        attached = true;
    }

    /** This process's way to a pool. */
    Path path(Pool pool) {
        return new Path(
                pool,
                world.fabric(installation, pool),
                life,
                world.chance(),
                world.pace().storageNs());
    }

    private void again(Runnable attempt) {
        for (var done = false; !done; ) {
            try {
                attempt.run();
                done = true;
            } catch (SeraiException refused) {
                world.trace().note(installation.name(), refused.getMessage());
                life.sleepMs(ATTACH_AGAIN_MS);
            }
        }
    }

    /** Before the services go: what uses them ends. */
    private void end() {
        looking = false;
        attached = false;
        work.ifPresent(Work::end);
        interconnect.ifPresent(Interconnect::close);
        work = Optional.empty();
        interconnect = Optional.empty();
    }

    /** Whether its views are loaded, so that they can be looked into from outside. */
    public boolean isLooking() {
        return looking;
    }

    /** Whether all pools are attached. */
    boolean isAttached() {
        return attached;
    }

    /** A service that is offered now. */
    public <S> Optional<S> offered(Class<S> type) {
        return Optional.ofNullable(offered.get(type)).map(type::cast);
    }

    <S> S service(Class<S> type) {
        return offered(type).orElseThrow();
    }

    /** The node. */
    public ClusterNode node() {
        return node;
    }

    /** The incarnation that this process is, or was last. */
    public String incarnation() {
        return node.self().incarnation().toString();
    }

    /** This membership's name, unlike that of any other. */
    String alias() {
        return installation.name() + "." + incarnation().substring(0, 8);
    }

    /** The process. */
    public Life life() {
        return life;
    }

    /** Where it was started from. */
    public Installation installation() {
        return installation;
    }

    /** What is done here, if the node is a member. */
    public Optional<Work> work() {
        return work;
    }

    /** Whether it believes to hold an object. */
    public boolean holds(String object) {
        return work.filter(present -> present.owning().held().containsKey(object))
                .isPresent();
    }

    /** The LUs that it holds. */
    public List<Grant> heldLus() {
        return work.map(present -> present.owning().held().values().stream()
                        .filter(grant -> world.lus().containsKey(grant.object()))
                        .toList())
                .orElse(List.of());
    }

    /** Whether it takes something just now. */
    boolean isTaking() {
        return work.filter(present -> present.owning().isTaking()).isPresent();
    }

    /** How many writes to LUs were acknowledged in this membership. */
    public long acknowledged() {
        return work.map(present -> present.owning().writing().acknowledged()).orElse(0L);
    }

    /** The messages. */
    public Optional<Interconnect> interconnect() {
        return interconnect;
    }

    /** Whether a request that comes now would be served. */
    public boolean serves() {
        return life.runs() && isOpen() && !world.isExcused(this);
    }

    /** Whether its gate is open. */
    public boolean isOpen() {
        return offered.get(Fence.class) instanceof Fence fence && fence.isOpen();
    }

    /** Whether it acts as the primary node now. */
    public boolean isPrimary() {
        return looking && serves() && offered.get(Primary.class) instanceof Primary primary && primary.isSelf();
    }
}
