package org.serai.simulator.node;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.serai.cluster.core.event.EventLog;
import org.serai.cluster.core.liveness.PowerFence;
import org.serai.cluster.core.liveness.Timing;
import org.serai.simulator.check.ChangeLedger;
import org.serai.simulator.check.DataLedger;
import org.serai.simulator.check.EventLedger;
import org.serai.simulator.check.MessageLedger;
import org.serai.simulator.database.DatabaseServer;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.kernel.Loop;
import org.serai.simulator.kernel.Trace;
import org.serai.simulator.machine.Installation;
import org.serai.simulator.machine.Power;
import org.serai.simulator.network.Network;
import org.serai.simulator.storage.Fabric;
import org.serai.simulator.storage.Pool;
import org.serai.storage.LuKind;
import org.serai.storage.core.catalog.FillThresholds;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.RowState;

/** What all nodes have in common. */
public final class World {
    private final Map<Installation, NodeProcess> processes = new LinkedHashMap<>();
    private final Map<Installation, Map<Pool, Fabric>> fabrics = new LinkedHashMap<>();
    private List<NodeProcess> present = List.of();
    private final ChangeLedger changes;
    private final MessageLedger messages;
    private final EventLedger events;
    private final DataLedger data;
    private final Mishap mishap = new Mishap();
    private final Caught caught = new Caught();
    private final Set<Life> excused = new HashSet<>();
    private Optional<Power> power = Optional.empty();
    private final Map<String, LuRow> lus = new LinkedHashMap<>();
    private final Loop loop;
    private final SplittableRandom random;
    private final Timing timing;
    private final DatabaseServer database;
    private final Network network;
    private final List<Pool> pools;
    private final Pace pace;
    private boolean resting;

    /** A world without nodes. */
    public World(
            Loop loop,
            SplittableRandom random,
            Timing timing,
            DatabaseServer database,
            Network network,
            List<Pool> pools,
            Pace pace) {
        this.loop = loop;
        this.random = random;
        this.timing = timing;
        this.database = database;
        this.network = network;
        this.pools = List.copyOf(pools);
        this.pace = pace;
        this.changes = new ChangeLedger(loop.trace());
        this.messages = new MessageLedger(loop.trace());
        this.events = new EventLedger(loop.trace(), pace.eventsKept() < EventLog.KEPT);
        this.data = new DataLedger(loop, this::isExcused);
        for (var i = 0; i < pace.lus(); i++) {
            var lu = lu(i, pools.get(i % pools.size()));
            lus.put(lu.object(), lu);
        }
    }

    /**
     * How much is done.
     *
     * @param objects how many partitions the nodes quarrel about; 0 for no work at all
     * @param lus how many LUs besides
     * @param workMs how long a worker waits between two things at most
     * @param storageNs how long a request to a pool takes at most
     * @param eventsKept how many events the database keeps at least
     */
    public record Pace(int objects, int lus, int workMs, long storageNs, long eventsKept) {}

    private static LuRow lu(int number, Pool pool) {
        return new LuRow(
                new UUID(7, number),
                "lu-" + number,
                pool.id(),
                1,
                LuKind.DATA,
                1 << 30,
                false,
                RowState.ONLINE,
                new UUID(9, 0),
                Optional.empty(),
                true,
                Optional.empty(),
                FillThresholds.NONE);
    }

    /** Chance, for one purpose. */
    public SplittableRandom chance() {
        return random.split();
    }

    UUID uuid(SplittableRandom from) {
        return new UUID(from.nextLong(), from.nextLong());
    }

    /** Starts a node; what ran there before has ended. */
    public NodeProcess start(Installation installation) {
        var process = new NodeProcess(this, installation);
        processes.put(installation, process);
        present = List.copyOf(processes.values());
        return process;
    }

    /** The processes that were started last, dead or alive. */
    public List<NodeProcess> processes() {
        return present;
    }

    /** How an installation reaches a pool. */
    public Fabric fabric(Installation installation, Pool pool) {
        return fabrics.computeIfAbsent(installation, _ -> new LinkedHashMap<>())
                .computeIfAbsent(pool, _ -> new Fabric());
    }

    /** What nodes were told. */
    public ChangeLedger changes() {
        return changes;
    }

    /** Messages. */
    public MessageLedger messages() {
        return messages;
    }

    /** Events. */
    public EventLedger events() {
        return events;
    }

    /** Data of LUs. */
    public DataLedger data() {
        return data;
    }

    /** What befalls takers. */
    public Mishap mishap() {
        return mishap;
    }

    /** What befalls those who are between a look and what they looked for. */
    public Caught caught() {
        return caught;
    }

    /** Nodes can have each other's hosts turned off. */
    public void power(Power way) {
        power = Optional.of(way);
    }

    Optional<PowerFence> powerFence(Installation installation, Life life) {
        return power.map(way -> way.from(installation, life));
    }

    /** An operator gave a word that is wrong: what this process serves until it knows is not its fault. */
    public void excuse(Life life) {
        excused.add(life);
    }

    /** The word was not taken. */
    public void excuseNot(Life life) {
        excused.remove(life);
    }

    /** Everybody knows by now. */
    public void excuseNobody() {
        excused.clear();
        processes.keySet().forEach(installation -> installation.host().excuseNobody());
    }

    /** Whether a process may serve for longer than it should, by what docs/fencing.md says remains. */
    public boolean isExcused(NodeProcess process) {
        return excused.contains(process.life()) || process.installation().host().isExcused(process.life());
    }

    private boolean isExcused(Life life) {
        return processes.values().stream().anyMatch(process -> process.life() == life && isExcused(process));
    }

    /** The LUs that there are, by what they are owned as. */
    Map<String, LuRow> lus() {
        return lus;
    }

    /** The pool that an LU is in. */
    Pool pool(String object) {
        var id = lus.get(object).pool();
        return pools.stream().filter(pool -> pool.id().equals(id)).findFirst().orElseThrow();
    }

    /** What the nodes quarrel about. */
    public List<String> objects() {
        List<String> objects = new ArrayList<>(lus.keySet());
        for (var i = 0; i < pace.objects(); i++) {
            objects.add("lpar:" + i);
        }
        return objects;
    }

    /** Nobody begins anything from now on. */
    public void rest() {
        resting = true;
    }

    boolean isResting() {
        return resting;
    }

    /** The loop. */
    public Loop loop() {
        return loop;
    }

    /** Its trace. */
    public Trace trace() {
        return loop.trace();
    }

    /** The cluster's timing. */
    public Timing timing() {
        return timing;
    }

    /** The server. */
    public DatabaseServer database() {
        return database;
    }

    /** The wire. */
    public Network network() {
        return network;
    }

    /** The pools. */
    public List<Pool> pools() {
        return pools;
    }

    Pace pace() {
        return pace;
    }
}
