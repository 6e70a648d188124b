package org.serai.partition.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.serai.cluster.Clients;
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
import org.serai.cluster.core.ownership.DatabaseClients;
import org.serai.cluster.core.ownership.DatabaseJournal;
import org.serai.cluster.core.ownership.DatabaseOwnership;
import org.serai.cluster.spi.LeaseArea;
import org.serai.database.Database;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.hypervisor.spi.StateCapture;
import org.serai.message.MessageError;
import org.serai.message.Messages;
import org.serai.scsi.Export;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.Exports;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;

/** One node of a test's cluster, as a process that can die at any call: real database, ownership and journal. */
final class TestNode implements Liveness, Fence, Membership, Messages, Exports {
    final World world;
    final String name;
    final UUID id;
    final UUID incarnation;
    final Mortal life = new Mortal(this::died);
    final MemoryHypervisor hypervisor;
    final PartitionNode partitions;
    final Storage storage;
    final List<ExportSpec> exported = new CopyOnWriteArrayList<>();
    final List<String> told = new CopyOnWriteArrayList<>();
    volatile boolean open = true;
    volatile boolean databaseAway;
    /** Whether the next write is committed although its commit is reported as failed. */
    volatile boolean loseNextAnswer;

    private final Database database;
    private final List<Fence.Listener> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());

    TestNode(World world, String name, UUID id, UUID incarnation) {
        this.world = world;
        this.name = name;
        this.id = id;
        this.incarnation = incarnation;
        this.hypervisor = new MemoryHypervisor(world.witness);
        this.database = JdbcEngine.embedded().open(world.url, Map.of());
        Database db = life.see(Database.class, new Flaky(this, database));
        Acting self = new Acting(id, incarnation, UUID::toString);
        Ownership ownership = life.see(Ownership.class, new DatabaseOwnership(new Flaky(this, database), this, self));
        Journal journal =
                life.see(Journal.class, new DatabaseJournal(new Flaky(this, database), self, UUID::randomUUID));
        Clients clients = new DatabaseClients(database);
        storage = life.see(
                Storage.class,
                new MemoryStorage(
                        new Flaky(this, database),
                        new DatabaseOwnership(new Flaky(this, database), this, self),
                        this,
                        world.pool),
                OpenLu.class);
        Hypervisors hypervisors = new Hypervisors();
        hypervisors.add("memory", new Seen());
        var context = new PartitionContext(
                this,
                db,
                ownership,
                journal,
                this,
                this,
                clients,
                storage,
                Optional::empty,
                life.see(Exports.class, this, Export.class),
                hypervisors,
                world.directory.resolve(name).resolve("partitions"),
                System::nanoTime,
                new Random(id.getLeastSignificantBits()),
                workers(),
                scheduler,
                20);
        partitions = new PartitionNode(
                context,
                () -> Optional.of(this),
                () -> new PartitionNode.Limits(Duration.ofSeconds(20), Duration.ofSeconds(1)));
    }

    void begin() {
        partitions.begin();
    }

    Consumer<String> tell() {
        return told::add;
    }

    /** The node and its machines die as by SIGKILL and watchdog. */
    void kill() {
        life.die();
    }

    void catchUp(long revision) {
        database.catchUp(revision);
    }

    void closeDatabase() {
        database.close();
    }

    void gate(boolean nowOpen) {
        open = nowOpen;
        listeners.forEach(l -> l.fence(nowOpen));
    }

    private void died() {
        scheduler.shutdownNow();
        world.alive.remove(id, this);
        hypervisor.machines.forEach(MemoryHypervisor.MemoryMachine::kill);
    }

    private Executor workers() {
        return task -> Thread.ofPlatform().daemon().start(() -> {
            try {
                task.run();
            } catch (Mortal.Died e) {
                told.add("a thread ended with its process");
            }
        });
    }

    /** The hypervisor as the process sees it. */
    private final class Seen implements Hypervisor, StateCapture {
        private final Hypervisor starts = life.see(Hypervisor.class, hypervisor, Machine.class);
        private final StateCapture captures = life.see(StateCapture.class, hypervisor, Machine.class);

        @Override
        public Host host() {
            return hypervisor.host();
        }

        @Override
        public Machine start(org.serai.hypervisor.MachineSpec spec) {
            return starts.start(spec);
        }

        @Override
        public org.serai.hypervisor.Compatibility compatibility(org.serai.hypervisor.MachineSpec spec) {
            return hypervisor.compatibility(spec);
        }

        @Override
        public Optional<UUID> machineAt(String target) {
            return hypervisor.machineAt(target);
        }

        @Override
        public Optional<java.nio.file.Path> consoleLog(java.nio.file.Path directory) {
            return hypervisor.consoleLog(directory);
        }

        @Override
        public void capture(Machine machine, java.nio.channels.WritableByteChannel sink) {
            captures.capture(machine, sink);
        }

        @Override
        public Machine restore(org.serai.hypervisor.MachineSpec spec, java.nio.channels.ReadableByteChannel state) {
            return captures.restore(spec, state);
        }
    }

    // Liveness: the truth of the test, with its price told.

    @Override
    public void attach(LeaseArea area) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void detach(LeaseArea area) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Liveness.Seen seen(UUID node) {
        return new Liveness.Seen(world.alive.containsKey(node) ? State.ALIVE : State.DEAD, 0);
    }

    @Override
    public DeathProof prove(UUID node, UUID of, Consumer<String> progress) {
        TestNode living = world.alive.get(node);
        if (living != null && living.incarnation.equals(of)) {
            throw ClusterError.ALIVE.error("node " + node + " is alive", "it renews", "stop it");
        }
        progress.accept("waiting");
        return new DeathProof(node, of, DeathProof.Kind.SILENCE, 1, "it was silent");
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void check() {
        if (!open) {
            throw ClusterError.FENCED.error("this node may not serve", "its gate is closed", "wait");
        }
    }

    @Override
    public List<String> guarded() {
        return List.of();
    }

    @Override
    public Fence.Registration onChange(Fence.Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public ClusterInfo cluster() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Node self() {
        return node(id).orElseThrow();
    }

    @Override
    public List<Node> nodes() {
        return world.ids.values().stream().flatMap(i -> node(i).stream()).toList();
    }

    @Override
    public Optional<Node> node(UUID other) {
        return world.database
                .read(tx -> tx.get(NodeRow.class, other))
                .map(r -> new Node(
                        r.id(),
                        r.name(),
                        r.slot(),
                        other.equals(id) ? incarnation : r.incarnation(),
                        new HostId(r.cecSerial(), r.cecType(), r.cecModel(), r.cecSource()),
                        r.portal(),
                        r.transportAddress()));
    }

    @Override
    public Node node(String nameOrId) {
        return nodes().stream()
                .filter(n -> n.name().equals(nameOrId) || n.id().toString().equals(nameOrId))
                .findFirst()
                .orElseThrow(() -> ClusterError.NO_SUCH_NODE.error("no node " + nameOrId, "unknown", "node:list"));
    }

    @Override
    public void announce(Address kind, String hostAndPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] secret() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void broadcast(String topic, byte[] payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] request(UUID node, String topic, byte[] payload, Duration timeout) {
        TestNode other = world.alive.get(node);
        if (other == null || !topic.equals("partition")) {
            throw MessageError.NOT_CONNECTED.error("node " + node, "it is not in the view", "wait");
        }
        return other.partitions.handle(id, payload);
    }

    @Override
    public Set<UUID> view() {
        return Set.copyOf(world.alive.keySet());
    }

    @Override
    public Export export(ExportSpec spec) {
        exported.add(spec);
        return new Export() {
            @Override
            public String target() {
                return spec.target();
            }

            @Override
            public String portal() {
                return "127.0.0.1:3260";
            }

            @Override
            public List<String> urls() {
                return List.of();
            }

            @Override
            public int sessions() {
                return 0;
            }

            @Override
            public void close() {
                exported.remove(spec);
            }
        };
    }

    @Override
    public List<Export> exports() {
        return new ArrayList<>();
    }
}
