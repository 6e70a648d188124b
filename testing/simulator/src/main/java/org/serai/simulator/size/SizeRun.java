package org.serai.simulator.size;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.serai.cluster.Clients;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events;
import org.serai.cluster.core.event.EventLog;
import org.serai.cluster.core.liveness.Timing;
import org.serai.cluster.core.member.NodeRow;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.message.Message;
import org.serai.simulator.database.DatabaseServer;
import org.serai.simulator.kernel.Loop;
import org.serai.simulator.kernel.Trace;
import org.serai.simulator.machine.Host;
import org.serai.simulator.machine.Installation;
import org.serai.simulator.network.Network;
import org.serai.simulator.node.NodeProcess;
import org.serai.simulator.node.World;
import org.serai.simulator.storage.Pool;

/** One cluster of some size: everything is well, and each thing is measured once. */
final class SizeRun {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long LIMIT_NS = 600 * SECOND_NS;
    private static final long STATEMENT_WAY_NS = 100_000;
    private static final int MISSED = 200;
    private static final int IDLE_S = 5;
    private static final int CHANGES = 5;

    private final Map<Measure, Double> found = new EnumMap<>(Measure.class);
    private final int nodes;
    private final Loop loop;
    private final World world;
    private final DatabaseServer database;
    private final Network network;
    private final Pool pool;
    private final List<Installation> installations = new ArrayList<>();

    SizeRun(int nodes, Path folder, Path template) throws IOException {
        this.nodes = nodes;
        var random = new SplittableRandom(nodes);
        loop = new Loop(random.split(), new Trace(_ -> {}));
        database = new DatabaseServer(loop, random.split(), folder.resolve("database"), STATEMENT_WAY_NS);
        database.begin(template);
        network = new Network(loop, random.split());
        pool = new Pool(new UUID(2, 1), nodes + 1, false);
        world = new World(
                loop,
                random.split(),
                new Timing(1000, 8000, 2000),
                database,
                network,
                List.of(pool),
                new World.Pace(0, 0, 1000, 0, EventLog.KEPT));
        for (var i = 0; i <= nodes; i++) {
            var host = new Host(loop, "host-" + i, random.nextLong(1L << 50), 0);
            installations.add(new Installation(host, "node-" + i, new UUID(1, i), folder.resolve("node-" + i)));
        }
    }

    Map<Measure, Double> run() throws SQLException {
        var last = registerAll();
        say("registered");
        coldStart();
        say("started");
        join(last);
        say("joined");
        found.put(Measure.BROADCAST, broadcast());
        event();
        say("told");
        idle();
        changes();
        resync();
        election();
        database.close();
        return found;
    }

    private void say(String what) {
        System.err.printf("%d nodes: %s at %.1f s%n", nodes, what, loop.nowNs() / 1e9);
    }

    /** One after the other, each with the first node only, and then all stop; the token for the last one. */
    private String registerAll() {
        var first = world.start(installations.getFirst());
        settle(first, () -> first.node().create("vineyard", Optional.of(database.url()), Map.of()));
        var token = new String[1];
        settle(first, () -> token[0] = first.node().joinToken());
        for (var i = 1; i < nodes; i++) {
            var process = world.start(installations.get(i));
            settle(process, () -> process.node().join(token[0]));
            settle(process, () -> process.node().stop());
            process.life().kill("it is registered");
        }
        settle(first, () -> first.node().stop());
        first.life().kill("all are registered");
        return token[0];
    }

    private void coldStart() {
        var startNs = loop.nowNs();
        for (var i = 0; i < nodes; i++) {
            world.start(installations.get(i));
        }
        until(() -> allServeAndKnow(nodes));
        found.put(Measure.COLD_START, sinceMs(startNs));
        // Views of the transport, and proofs of those that were killed, settle.
        runFor(6 * SECOND_NS);
    }

    private boolean allServeAndKnow(int count) {
        return world.processes().stream()
                .filter(process -> !process.life().isDead())
                .allMatch(process -> process.isLooking()
                        && process.isOpen()
                        && process.offered(Database.class)
                                        .orElseThrow()
                                        .view(NodeRow.class)
                                        .all()
                                        .size()
                                == count
                        && knowsPresent(process));
    }

    /** The others' present incarnations, not those of before. */
    private boolean knowsPresent(NodeProcess process) {
        var view = process.offered(Database.class).orElseThrow().view(NodeRow.class);
        return world.processes().stream()
                .filter(other -> !other.life().isDead())
                .allMatch(other -> view.get(other.installation().instance().node())
                        .filter(row ->
                                row.incarnation().equals(other.node().self().incarnation()))
                        .isPresent());
    }

    private void join(String token) {
        var process = world.start(installations.get(nodes));
        runFor(SECOND_NS / 10);
        var startNs = loop.nowNs();
        process.life().start(() -> process.node().join(token));
        until(() -> allServeAndKnow(nodes + 1));
        found.put(Measure.JOIN, sinceMs(startNs));
        runFor(3 * SECOND_NS);
    }

    private double broadcast() {
        var startNs = loop.nowNs();
        var done = new boolean[1];
        var ended = new long[1];
        some(0).life()
                .start(() -> some(0).interconnect()
                        .orElseThrow()
                        .daemon()
                        .send(Message.toAll("size", new byte[64]).withReceipts(), _ -> {})
                        .receipts()
                        .thenAccept(receipts -> {
                            done[0] = receipts.entries().size() >= nodes;
                            ended[0] = loop.nowNs();
                        }));
        until(() -> done[0]);
        return (ended[0] - startNs) / 1e6;
    }

    private void event() {
        var told = new int[1];
        var lastNs = new long[1];
        var begun = new int[1];
        for (var process : world.processes()) {
            process.life().start(() -> {
                var events = process.offered(Events.class).orElseThrow();
                events.listen(events.last(), EventFilter.ALL, (_, _, event) -> {
                    if (event.text().equals("measured")) {
                        told[0]++;
                        lastNs[0] = loop.nowNs();
                    }
                });
                begun[0]++;
            });
        }
        until(() -> begun[0] == nodes + 1);
        var startNs = loop.nowNs();
        some(0).life()
                .start(() -> some(0).offered(Events.class)
                        .orElseThrow()
                        .report(Event.Subject.NODE, Event.Action.CHANGED, "size", "size", "measured"));
        until(() -> told[0] == nodes + 1);
        found.put(Measure.EVENT, (lastNs[0] - startNs) / 1e6);
    }

    private void idle() {
        runFor(3 * SECOND_NS);
        var before = database.statements();
        var slots = pool.slotsRead();
        var requests = pool.requests();
        runFor(IDLE_S * SECOND_NS);
        found.put(Measure.STATEMENTS, (database.statements() - before) * 60.0 / IDLE_S / (nodes + 1));
        found.put(Measure.REQUESTS, (pool.requests() - requests) * 60.0 / IDLE_S / (nodes + 1));
        found.put(Measure.SLOTS, (pool.slotsRead() - slots) * 60.0 / IDLE_S / (nodes + 1));
    }

    private void changes() {
        var statements = database.statements();
        var bytes = network.bytesSent();
        change(CHANGES, SECOND_NS);
        var idle = found.get(Measure.STATEMENTS) / 60 * (nodes + 1) * CHANGES;
        found.put(Measure.STATEMENTS_A_CHANGE, (database.statements() - statements - idle) / CHANGES);
        found.put(Measure.BYTES, (network.bytesSent() - bytes) * 60.0 / CHANGES / (nodes + 1));
    }

    private int changed;

    private void change(int count, long everyNs) {
        var wanted = changed + count;
        some(1).life().start(() -> {
            while (changed < wanted) {
                some(1).offered(Clients.class).orElseThrow().create("client-" + changed++);
                some(1).life().sleepNs(everyNs);
            }
        });
        runFor(count * everyNs);
        until(() -> changed == wanted);
    }

    private void resync() {
        var away = some(2);
        var host = away.installation().host();
        database.cutOff(host, true);
        world.processes().forEach(other -> cut(away, other, true));
        change(MISSED, 10_000_000);
        var revision = some(1).offered(Database.class).orElseThrow().revision();
        database.cutOff(host, false);
        world.processes().forEach(other -> cut(away, other, false));
        var startNs = loop.nowNs();
        until(() -> away.offered(Database.class).orElseThrow().revision() >= revision);
        found.put(Measure.RESYNC, sinceMs(startNs));
    }

    private void cut(NodeProcess one, NodeProcess other, boolean now) {
        var a = one.installation().instance().node();
        var b = other.installation().instance().node();
        network.cut(a, b, now);
        network.cut(b, a, now);
    }

    private void election() {
        until(() -> world.processes().stream().anyMatch(NodeProcess::isPrimary));
        var primary = world.processes().stream()
                .filter(NodeProcess::isPrimary)
                .findFirst()
                .orElseThrow();
        var startNs = loop.nowNs();
        primary.life().kill("the primary node dies");
        until(() -> world.processes().stream().anyMatch(NodeProcess::isPrimary));
        found.put(Measure.ELECTION, sinceMs(startNs));
    }

    private NodeProcess some(int number) {
        return world.processes().get(number);
    }

    private double sinceMs(long startNs) {
        return (loop.nowNs() - startNs) / 1e6;
    }

    private void settle(NodeProcess process, Runnable command) {
        var done = new boolean[1];
        process.life().start(() -> {
            while (!done[0]) {
                try {
                    command.run();
                    done[0] = true;
                } catch (SeraiException again) {
                    process.life().sleepMs(100);
                }
            }
        });
        until(() -> done[0]);
    }

    private void runFor(long ns) {
        var untilNs = loop.nowNs() + ns;
        while (loop.nowNs() < untilNs) {
            loop.step();
        }
    }

    /** Looked at every millisecond at first and ever less often, by a hundredth of what has passed. */
    private void until(BooleanSupplier condition) {
        var startNs = loop.nowNs();
        while (!condition.getAsBoolean()) {
            if (loop.nowNs() - startNs > LIMIT_NS) {
                throw new IllegalStateException("this has taken longer than " + LIMIT_NS / SECOND_NS + " s");
            }
            runFor(Math.max(1_000_000, (loop.nowNs() - startNs) / 100));
            if (!loop.trace().failures().isEmpty()) {
                throw new IllegalStateException(loop.trace().failures().getFirst());
            }
        }
    }
}
