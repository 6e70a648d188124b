package org.serai.simulator.play;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.core.event.EventLog;
import org.serai.cluster.core.liveness.Timing;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.simulator.check.Truth;
import org.serai.simulator.database.DatabaseServer;
import org.serai.simulator.kernel.Loop;
import org.serai.simulator.kernel.Trace;
import org.serai.simulator.kernel.Violation;
import org.serai.simulator.machine.Host;
import org.serai.simulator.machine.Installation;
import org.serai.simulator.machine.Power;
import org.serai.simulator.network.Network;
import org.serai.simulator.node.World;
import org.serai.simulator.storage.Pool;

/** Plays one seed from an empty database to the judgement. */
public final class Scenario {
    private static final Timing TIMING = new Timing(1000, 8000, 2000);
    private static final double DRIFT = 0.01;
    private static final long USUAL_NS = 1_000_000;

    private final long seed;
    private final long troubleNs;
    private final Path folder;
    private final Trace trace;

    /**
     * A run that has not begun.
     *
     * @param troubleMs for how long faults happen, in simulated time
     * @param folder an empty folder for the files of this run
     * @param listener is told each line of the trace
     */
    public Scenario(long seed, long troubleMs, Path folder, Consumer<String> listener) {
        this.seed = seed;
        this.troubleNs = troubleMs * 1_000_000;
        this.folder = folder;
        this.trace = new Trace(listener);
    }

    /** Plays it. */
    public Outcome play() throws IOException, SQLException {
        var random = new SplittableRandom(seed);
        var loop = new Loop(random.split(), trace);
        var database = new DatabaseServer(loop, random.split(), folder.resolve("database"), USUAL_NS);
        database.begin(template());
        var pools = List.of(new Pool(new UUID(2, 1), 16, false), new Pool(new UUID(2, 2), 16, true));
        var network = new Network(loop, random.split());
        // Events are deleted unread in every other seed, if a listener is away for long.
        var eventsKept = random.nextBoolean() ? EventLog.KEPT : random.nextInt(5, 60);
        var pace = new World.Pace(3, 2, 1500, USUAL_NS, eventsKept);
        var world = new World(loop, random.split(), TIMING, database, network, pools, pace);
        var installations = installations(random, loop);
        var judgement = new Judgement(world);
        try (var truth = new Truth(database.judge(), trace, judgement::overtaken)) {
            database.committed(truth::committed);
            world.data().owner(truth::owner);
            // Of three seeds one has it.
            if (random.nextInt(3) == 0) {
                world.power(new Power(installations, random.split()));
            }
            var operator = new Operator(world, installations, random.split());
            var faults = new Faults(world, installations, operator, random.split(), troubleNs);
            return play(loop, world, judgement, truth, operator, faults);
        } finally {
            database.close();
        }
    }

    private List<Installation> installations(SplittableRandom random, Loop loop) {
        List<Installation> installations = new ArrayList<>();
        var hosts = new ArrayList<Host>();
        var count = random.nextInt(2, 6);
        for (var i = 0; i < count; i++) {
            var drift = drift(random);
            // Now and then two nodes share a host.
            if (hosts.isEmpty() || random.nextInt(5) > 0) {
                hosts.add(new Host(loop, "host-" + i, random.nextLong(1L << 50), drift));
            }
            var id = new UUID(random.nextLong(), random.nextLong());
            installations.add(new Installation(hosts.getLast(), "node-" + i, id, folder.resolve("node-" + i)));
        }
        return installations;
    }

    /** Of three clocks two are as wrong as they may be. */
    private static double drift(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> DRIFT;
            case 1 -> -DRIFT;
            default -> (random.nextDouble() * 2 - 1) * DRIFT;
        };
    }

    private Outcome play(Loop loop, World world, Judgement judgement, Truth truth, Operator operator, Faults faults)
            throws SQLException {
        var broken = "";
        try {
            operator.begin();
            faults.begin();
            run(loop, judgement, loop.nowNs() + troubleNs);
            faults.end();
            judgement.converge(loop, truth, operator);
        } catch (Violation violation) {
            broken = String.valueOf(violation.getMessage());
        }
        if (!trace.failures().isEmpty()) {
            broken = trace.failures().getFirst();
        }
        var tally = String.format(
                Locale.ROOT,
                "%d s, %d steps, %d commits, %d messages, %d writes (%d late), %d faults, %d takeovers (%d takers died),"
                        + " %d caught in between",
                loop.nowNs() / 1_000_000_000,
                loop.steps(),
                truth.revision(),
                world.messages().size(),
                world.data().landed(),
                world.data().late(),
                faults.count(),
                judgement.takeovers(),
                world.mishap().happened(),
                world.caught().happened());
        return new Outcome(seed, broken, trace.hash(), loop.steps(), tally, trace.last());
    }

    static void run(Loop loop, Judgement judgement, long untilNs) {
        while (loop.nowNs() < untilNs) {
            if (!loop.step()) {
                throw loop.trace().broken("something goes on for ever: nothing is left to happen");
            }
            judgement.step();
        }
    }

    /** An empty database with its tables, made once in a process. */
    public static synchronized Path template() throws IOException {
        if (Template.file == null) {
            var place = Files.createTempDirectory("serai-simulator");
            JdbcEngine.embedded().open("embedded:" + place, java.util.Map.of()).close();
            Template.file = place.resolve("vios.db");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(place)));
        }
        return Template.file;
    }

    private static final class Template {
        private static Path file;
    }

    /** A new folder, in memory where the machine has one for that. */
    public static Path folder() throws IOException {
        var shared = Path.of("/dev/shm");
        return Files.isWritable(shared)
                ? Files.createTempDirectory(shared, "serai-simulator")
                : Files.createTempDirectory("serai-simulator");
    }

    /** Deletes a folder with all that is in it. */
    public static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            System.err.println("left behind: " + folder + ": " + left.getMessage());
        }
    }
}
