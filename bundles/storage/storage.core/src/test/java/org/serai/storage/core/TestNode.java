package org.serai.storage.core;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.HostId;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.core.ownership.Acting;
import org.serai.cluster.core.ownership.ClientRow;
import org.serai.cluster.core.ownership.DatabaseJournal;
import org.serai.cluster.core.ownership.DatabaseOwnership;
import org.serai.cluster.spi.LeaseArea;
import org.serai.database.Database;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.storage.Pool;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.spi.LuLayout;

/** A node with the real database, ownership and journal; whether it lives and may serve is the test's word. */
final class TestNode implements Membership, Liveness, Fence, AutoCloseable {
    final UUID id;
    final UUID incarnation = UUID.randomUUID();
    final SuddenEnd end = new SuddenEnd();
    final LateViews views = new LateViews();
    final Database database;
    final Ownership ownership;
    final Journal journal;
    final StorageService storage;
    final Set<UUID> attached = ConcurrentHashMap.newKeySet();
    final Map<UUID, LeaseArea> areas = new ConcurrentHashMap<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final Set<UUID> dead = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final String name;
    volatile boolean open = true;
    volatile boolean attachFails;
    volatile long hastyNs;
    private final AtomicLong skippedNs = new AtomicLong();
    volatile long pauseAtMostMs = Long.MAX_VALUE / 1_000_000;
    volatile int pauseTimes = 1;

    TestNode(Path folder, UUID id, String name, int slot) {
        this.id = id;
        this.name = name;
        database = views.of(end.of(JdbcEngine.embedded().open("embedded:" + folder.resolve("db"), Map.of())));
        database.write(transaction -> {
            NodeRow row = new NodeRow(
                    id, name, slot, incarnation, "i-" + name, "s", "t", "m", HostId.Source.CONFIGURED, "", "");
            if (transaction.get(NodeRow.class, id).isPresent()) {
                return transaction.update(row);
            }
            if (transaction.list(ClientRow.class).isEmpty()) {
                transaction.insert(new ClientRow(1, "acme"));
                transaction.insert(new ClientRow(2, "other"));
            }
            return transaction.insert(row);
        });
        Acting acting =
                new Acting(id, incarnation, node -> node(node).map(Node::name).orElse("?"));
        ownership = new DatabaseOwnership(database, this, acting);
        journal = new DatabaseJournal(database, acting, UUID::randomUUID);
        storage = new StorageService(
                database,
                new SpaceLock.Cluster(this, ownership, this),
                this,
                journal,
                new SpaceLock.Pace(
                        this::nanoTime,
                        millis -> LockSupport.parkNanos(Math.min(millis * pauseTimes, pauseAtMostMs) * 1_000_000),
                        RandomGenerator.getDefault(),
                        InstantSource.system()),
                scheduler,
                UUID::randomUUID,
                (topic, properties) -> events.add(topic + " " + new TreeMap<>(properties)));
    }

    /** Each look at the clock is so much later than the last one. */
    private long nanoTime() {
        return System.nanoTime() + skippedNs.addAndGet(hastyNs);
    }

    /** Makes what a move that was cut off leaves in a pool. */
    void remnant(Pool pool, UUID lu, long epoch) {
        storage.attachments()
                .find(pool.id())
                .orElseThrow()
                .store()
                .createLu(new LuLayout(lu, 1 << 20, true, Set.of()), epoch);
    }

    /** Dies without a word: nothing is given back. */
    void die() {
        scheduler.shutdownNow();
        open = false;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        end.endsIn(storage::close);
        database.close();
    }

    @Override
    public ClusterInfo cluster() {
        return new ClusterInfo(UUID.randomUUID(), "test", 20, 160, 40);
    }

    @Override
    public Node self() {
        return node(id).orElseThrow();
    }

    @Override
    public List<Node> nodes() {
        return database.view(NodeRow.class).all().stream()
                .map(row -> new Node(
                        row.id(),
                        row.name(),
                        row.slot(),
                        row.incarnation(),
                        new HostId("s", "t", "m", HostId.Source.CONFIGURED),
                        "",
                        ""))
                .toList();
    }

    @Override
    public Optional<Node> node(UUID node) {
        return nodes().stream().filter(found -> found.id().equals(node)).findFirst();
    }

    @Override
    public Node node(String nameOrId) {
        return nodes().stream()
                .filter(n -> n.name().equals(nameOrId))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void announce(Address kind, String hostAndPort) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public byte[] secret() {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public void attach(LeaseArea area) {
        if (attachFails) {
            throw ClusterError.FENCED.error("The lease area cannot be written", "the test says so", "end the test");
        }
        areas.put(area.pool(), area);
        attached.add(area.pool());
    }

    @Override
    public void detach(LeaseArea area) {
        attached.remove(area.pool());
    }

    @Override
    public Seen seen(UUID node) {
        return new Seen(dead.contains(node) ? State.DEAD : State.ALIVE, 0);
    }

    @Override
    public DeathProof prove(UUID node, UUID nodeIncarnation, Consumer<String> progress) {
        if (!dead.contains(node)) {
            throw ClusterError.ALIVE.error("Node " + node + " lives", "the test says so", "wait");
        }
        return new DeathProof(node, nodeIncarnation, DeathProof.Kind.SILENCE, 1, "the test says so");
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void check() {
        if (!open) {
            throw ClusterError.FENCED.error("This node may not serve", "the test says so", "end the test");
        }
    }

    @Override
    public List<String> guarded() {
        return List.of();
    }

    @Override
    public Registration onChange(Listener listener) {
        return () -> {};
    }
}
