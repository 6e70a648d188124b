package org.serai.cluster.core.member;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.serai.cluster.Cluster;
import org.serai.cluster.ClusterError;
import org.serai.cluster.HostId;
import org.serai.cluster.Membership;
import org.serai.cluster.core.backup.Home;
import org.serai.cluster.core.event.EventLog;
import org.serai.cluster.core.identity.DurableFile;
import org.serai.cluster.core.identity.Instance;
import org.serai.cluster.core.identity.Names;
import org.serai.cluster.core.liveness.Guarding;
import org.serai.cluster.core.liveness.Machine;
import org.serai.cluster.core.liveness.PowerFence;
import org.serai.cluster.core.liveness.Timing;
import org.serai.cluster.core.software.Software;
import org.serai.cluster.core.time.Rounds;
import org.serai.database.Database;
import org.serai.database.spi.DatabaseEngine;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node: outside a cluster, on the way into one, or a member. Each time it becomes a member is a new incarnation. */
public final class ClusterNode implements Cluster, Home {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
    private static final long RETRY_MS = 1000;
    private static final long KEEP_SEEN_MS = 60_000;
    private static final int SECRET_BYTES = 32;

    private final Instance instance;
    private final Surroundings surroundings;
    private final DurableFile membershipFile;
    private final SeenDatabase seenDatabase;
    private final EventLog events;
    private final List<DatabaseEngine> engines = new CopyOnWriteArrayList<>();
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Self self;
    private volatile Optional<Session> session = Optional.empty();
    private volatile State state = new State(Phase.ALONE, "the node belongs to no cluster");
    private Rounds.Round resuming = () -> {};
    private Rounds.Round keeping = () -> {};

    /** A node that has not looked for its membership yet. */
    public ClusterNode(Instance instance, String name, HostId host, Surroundings surroundings) {
        this.instance = instance;
        this.surroundings = surroundings;
        this.events = new EventLog(instance.node(), surroundings.eventsKept());
        this.membershipFile = instance.identity("cluster.json");
        this.seenDatabase = new SeenDatabase(instance.identity("database.json"));
        this.self = new Self(instance.node(), name, surroundings.random().get(), host);
    }

    /**
     * What a node needs of the world.
     *
     * @param eventsKept how many events the database keeps at least
     */
    public record Surroundings(
            Machine machine,
            Timing timing,
            LongSupplier nanoClock,
            Rounds rounds,
            Supplier<UUID> random,
            RandomGenerator secrets,
            Optional<PowerFence> powerFence,
            long eventsKept,
            Software software,
            Services services) {}

    /** How far this node is, in one word. */
    private enum Phase {
        ALONE,
        STARTING,
        MEMBER,
        REFUSED,
        STOPPED
    }

    private record State(Phase phase, String sentence) {}

    /** An engine has come. */
    public void addEngine(DatabaseEngine engine) {
        engines.add(engine);
    }

    /** An engine has gone; a database that it opened stays as long as its classes do. */
    public void removeEngine(DatabaseEngine engine) {
        engines.remove(engine);
    }

    /** Becomes a member again if it was one, as soon as the database can be reached. Returns at once. */
    public void resume() {
        if (Enrolment.read(membershipFile).isPresent()) {
            state = new State(Phase.STARTING, "the node looks for its cluster");
            resuming = surroundings.rounds().every("cluster start", RETRY_MS, this::tryResume);
        }
    }

    private void tryResume() {
        changing.lock();
        try {
            if (state.phase() != Phase.STARTING) {
                return;
            }
            var enrolment = Enrolment.read(membershipFile).orElseThrow();
            newIncarnation();
            open(enrolment, seenDatabase.of(enrolment.cluster()), database -> {
                var cluster = registration().verify(database, enrolment);
                fetchBundles(database);
                return serve(database, cluster, () -> registration().resume(database, enrolment));
            });
            resuming.close();
        } catch (SeraiException failed) {
            var refused = failed.code() == ClusterError.DUPLICATE_NODE || failed.code() == ClusterError.NOT_A_MEMBER;
            var next = new State(refused ? Phase.REFUSED : Phase.STARTING, failed.getMessage());
            if (!next.equals(state)) {
                LOG.warn("the node is not a member yet: {}", failed.getMessage());
            }
            state = next;
        } finally {
            changing.unlock();
        }
    }

    /** A bundle that does not run here keeps a node from joining, and a member from nothing else. */
    private void fetchBundles(Database database) {
        try {
            surroundings.software().fetch(database);
        } catch (SeraiException failed) {
            LOG.error("this node goes on without all bundles of its cluster: {}", failed.getMessage());
        }
    }

    @Override
    public Membership create(String name, Optional<String> databaseUrl, Map<String, String> databaseProperties) {
        Names.check("The cluster's name", name);
        var url = databaseUrl.orElse("embedded:" + instance.directory().resolve("database"));
        var timing = surroundings.timing();
        var secret = new byte[SECRET_BYTES];
        surroundings.secrets().nextBytes(secret);
        var wanted = new ClusterRow(
                surroundings.random().get(),
                name,
                timing.renewalMs(),
                timing.leaseMs(),
                timing.marginMs(),
                Base64.getEncoder().encodeToString(secret));
        var draft = new Enrolment(wanted.id(), url, databaseProperties);
        return become(draft, database -> registration().create(database, wanted));
    }

    @Override
    public Membership join(String text) {
        var token = JoinToken.parse(text);
        return become(token.enrolment(), database -> {
            registration().authenticate(database, token);
            surroundings.software().fetch(database);
            return registration().join(database, token);
        });
    }

    /** Registers, keeps the membership, then serves. From the second step on a new start of the process goes on by itself. */
    private Membership become(Enrolment draft, Function<Database, ClusterRow> register) {
        changing.lock();
        try {
            if (state.phase() != Phase.ALONE && state.phase() != Phase.REFUSED) {
                throw ClusterError.ALREADY_A_MEMBER.error(
                        "This node cannot enter a cluster", "it belongs to one already", "leave that one first");
            }
            newIncarnation();
            return open(draft, Optional.empty(), database -> {
                var cluster = register.apply(database);
                new Enrolment(cluster.id(), draft.databaseUrl(), draft.databaseProperties()).write(membershipFile);
                state = new State(Phase.STARTING, "the node is registered and starts");
                return serve(database, cluster, () -> cluster);
            });
        } catch (SeraiException failed) {
            if (state.phase() == Phase.STARTING) {
                resume();
            }
            throw failed;
        } finally {
            changing.unlock();
        }
    }

    private Membership open(Enrolment enrolment, Optional<String> seen, Function<Database, Session> start) {
        var url = enrolment.databaseUrl();
        var database = engine(url).open(url, enrolment.databaseProperties(), seen);
        try {
            // From the first write on: also that this node is registered is an event.
            database.alongside(events);
            var started = start.apply(database);
            session = Optional.of(started);
            state = new State(
                    Phase.MEMBER,
                    "the node is a member of cluster " + started.cluster().name());
            LOG.info("{}, incarnation {}", state.sentence(), self.incarnation());
            started.offer(surroundings.services());
            keeping = surroundings.rounds().every("database seen", KEEP_SEEN_MS, () -> keepSeen(started));
            return started.membership();
        } catch (RuntimeException failed) {
            if (session.isEmpty()) {
                database.close();
            }
            throw failed;
        }
    }

    private void keepSeen(Session of) {
        seenDatabase.keep(of.cluster().id(), of.database());
    }

    @Override
    public DatabaseEngine engine(String url) {
        return engines.stream()
                .filter(candidate -> candidate.accepts(url))
                .findFirst()
                .orElseThrow(
                        () -> ClusterError.NO_ENGINE.error(
                                "The cluster's database cannot be opened",
                                "no database engine takes its URL",
                                "give embedded:DIRECTORY or jdbc:postgresql://HOST:PORT/NAME, and install the database's bundle"));
    }

    @Override
    public Path scratch() {
        return instance.directory().resolve("tmp").resolve("backup");
    }

    @Override
    public Database database() {
        return require().database();
    }

    @Override
    public void requireOutside() {
        if (state.phase() == Phase.MEMBER) {
            throw ClusterError.ALREADY_A_MEMBER.error(
                    "Nothing is restored at this node",
                    "it is a member of a cluster, under what its database granted it",
                    "stop this node and the others, start one of them while the database is lost, and restore there");
        }
    }

    @Override
    public Optional<Enrolment> enrolment() {
        return Enrolment.read(membershipFile);
    }

    @Override
    public void enter(Enrolment enrolment, ClusterRow cluster) {
        if (enrolment().isEmpty()) {
            join(JoinToken.of(enrolment, cluster).text());
            return;
        }
        changing.lock();
        try {
            enrolment.write(membershipFile);
            state = new State(Phase.STARTING, "the node enters its restored cluster");
        } finally {
            changing.unlock();
        }
    }

    /** The watchdog first: this incarnation may be registered only when nothing of the earlier one runs any more. */
    private Session serve(Database database, ClusterRow cluster, Supplier<ClusterRow> register) {
        var guarding = guard(cluster);
        try {
            return new Session(database, guarding, register.get(), self, events, surroundings);
        } catch (RuntimeException failed) {
            guarding.stop();
            throw failed;
        }
    }

    /** Ends what an earlier incarnation left running, and starts the watchdog of this one. */
    private Guarding guard(ClusterRow cluster) {
        try {
            var watchdogs = surroundings.machine().watchdogs(cluster.leaseMs());
            var guarding = new Guarding(watchdogs, cluster.timing(), surroundings.nanoClock(), surroundings.rounds());
            guarding.start();
            return guarding;
        } catch (IOException failed) {
            throw ClusterError.NO_WATCHDOG.error(
                    "This node cannot start its watchdog",
                    instance.run() + ": " + failed.getMessage(),
                    "make the instance directory writable",
                    failed);
        }
    }

    private void newIncarnation() {
        self = new Self(self.id(), self.name(), surroundings.random().get(), self.host());
    }

    private Registration registration() {
        try {
            return new Registration(
                    self, instance.fingerprint(), surroundings.machine().process());
        } catch (IOException failed) {
            throw ClusterError.BAD_IDENTITY.error(
                    "This node cannot tell which process it is",
                    String.valueOf(failed.getMessage()),
                    "mount /proc as usual",
                    failed);
        }
    }

    @Override
    public void leave() {
        changing.lock();
        try {
            var member = require();
            member.leaving(() -> registration().leave(member.database()));
            Enrolment.delete(membershipFile);
            keeping.close();
            seenDatabase.forget();
            session = Optional.empty();
            state = new State(
                    Phase.ALONE, "the node has left cluster " + member.cluster().name());
            member.close();
            LOG.info("{}", state.sentence());
        } finally {
            changing.unlock();
        }
    }

    /** Stops in order; the membership stays for the next start. */
    public void stop() {
        resuming.close();
        changing.lock();
        try {
            state = new State(Phase.STOPPED, "the node stops");
            keeping.close();
            session.ifPresent(this::keepSeen);
            session.ifPresent(Session::close);
            session = Optional.empty();
        } finally {
            changing.unlock();
        }
    }

    @Override
    public Self self() {
        return self;
    }

    @Override
    public Optional<Membership> membership() {
        return session.map(Session::membership);
    }

    @Override
    public String state() {
        var now = state;
        return now.phase().name().toLowerCase(Locale.ROOT) + ": " + now.sentence();
    }

    /** Why its cluster does not take this node back, if it does not. */
    public Optional<String> refusal() {
        return Optional.of(state).filter(now -> now.phase() == Phase.REFUSED).map(State::sentence);
    }

    @Override
    public String joinToken() {
        var member = require();
        var enrolment = Enrolment.read(membershipFile).orElseThrow();
        return JoinToken.of(enrolment, member.cluster()).text();
    }

    private Session require() {
        return session.orElseThrow(() -> ClusterError.NOT_A_MEMBER.error(
                "This node is not a member of a cluster",
                state.sentence(),
                "make a cluster, join one, or wait for it"));
    }
}
