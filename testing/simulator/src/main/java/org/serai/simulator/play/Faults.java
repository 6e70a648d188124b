package org.serai.simulator.play;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.machine.Host;
import org.serai.simulator.machine.Installation;
import org.serai.simulator.machine.SimulatedWatchdog;
import org.serai.simulator.network.Network.Weather;
import org.serai.simulator.node.Caught.Place;
import org.serai.simulator.node.Mishap.Step;
import org.serai.simulator.node.NodeProcess;
import org.serai.simulator.node.World;
import org.serai.simulator.storage.Fabric.Hang;

/** What befalls the cluster, drawn from the seed; each seed has its own mixture and frequency. */
final class Faults {
    private static final long SECOND_NS = 1_000_000_000L;
    /** For so long a node that is not seen may be held for alive. */
    private static final long SILENT_NS = 3 * SECOND_NS;

    private static final long INSTANT_NS = 10_000_000;
    /** For so long nothing strikes but one thing, once in each run. */
    private static final long PEACE_NS = 36 * SECOND_NS;

    private final World world;
    private final List<Installation> installations;
    private final Operator operator;
    private final SplittableRandom random;
    private final long untilNs;
    private final long meanNs;
    private final long peaceUntilNs;
    private final List<Kind> mixture;
    private final Disturbed disturbed;
    private Outage outage;
    private int downs;
    private int count;
    private boolean over;

    Faults(World world, List<Installation> installations, Operator operator, SplittableRandom random, long untilNs) {
        this.world = world;
        this.installations = installations;
        this.operator = operator;
        this.disturbed = new Disturbed(world.loop());
        this.outage = new Outage(world, disturbed);
        this.random = random;
        this.untilNs = untilNs;
        this.meanNs = SECOND_NS * random.nextInt(1, 10);
        this.peaceUntilNs = untilNs / 2 + random.nextLong(untilNs / 2);
        // A seed leaves out about a third of all kinds, so that what is left meets itself more often.
        this.mixture = Arrays.stream(Kind.values())
                .filter(kind -> random.nextInt(3) > 0 || kind == Kind.KILL)
                .flatMap(kind -> Collections.nCopies(kind.often, kind).stream())
                .toList();
    }

    /** The kinds. Some are drawn more often than others, for they must meet more than one thing to show anything. */
    private enum Kind {
        KILL,
        PAUSE,
        FREEZE,
        POWER,
        WATCHDOG_KILLED,
        WATCHDOG_STOPPED,
        BOTH_KILLED,
        BOTH_STOPPED,
        FABRIC_LOST,
        FABRIC_SLOW,
        FABRIC_HANGS(3),
        CAUGHT_WRITING(2),
        CAUGHT_TAKING(2),
        SILENT_REMOVED(2),
        OPERATOR_ERRS,
        WEATHER,
        CUT,
        ISOLATED,
        DATABASE_DOWN,
        DATABASE_CUT,
        DATABASE_SLOW,
        OUTCOMES_FORGOTTEN,
        TAKER_DIES,
        STOP,
        LEAVE,
        REMOVE;

        private final int often;

        Kind() {
            this(1);
        }

        Kind(int often) {
            this.often = often;
        }
    }

    /** What does not befall one node. */
    private static final Set<Kind> ELSEWHERE = EnumSet.of(
            Kind.WEATHER,
            Kind.CUT,
            Kind.ISOLATED,
            Kind.DATABASE_DOWN,
            Kind.DATABASE_CUT,
            Kind.DATABASE_SLOW,
            Kind.OUTCOMES_FORGOTTEN,
            Kind.TAKER_DIES,
            Kind.CAUGHT_WRITING,
            Kind.CAUGHT_TAKING);

    /** What shows only when others have taken over, for which they need a silence, and to be left in peace. */
    private static final List<Kind> PROVEN_LATE =
            List.of(Kind.FABRIC_HANGS, Kind.FABRIC_HANGS, Kind.CAUGHT_WRITING, Kind.CAUGHT_TAKING, Kind.SILENT_REMOVED);

    void begin() {
        world.loop().after(peaceUntilNs - PEACE_NS, this::beginPeace);
        goOn();
    }

    private void goOn() {
        world.loop().after(random.nextLong(2 * meanNs), this::next);
    }

    int count() {
        return count;
    }

    private void next() {
        if (over || world.loop().nowNs() > untilNs) {
            return;
        }
        if (isPeace()) {
            world.loop().after(peaceUntilNs - world.loop().nowNs(), this::goOn);
            return;
        }
        strike(mixture.get(random.nextInt(mixture.size())));
        goOn();
    }

    private void strike(Kind kind) {
        count++;
        strike(kind, installations.get(random.nextInt(installations.size())));
    }

    private boolean isPeace() {
        var now = world.loop().nowNs();
        return now > peaceUntilNs - PEACE_NS && now < peaceUntilNs;
    }

    /** All nodes that are down are started at once; then one of those that serve is struck. */
    private void beginPeace() {
        mendPaths();
        operator.hurry(true);
        world.loop().after(PEACE_NS / 3, this::strikeAlone);
        world.loop().after(PEACE_NS, () -> operator.hurry(over));
    }

    private void strikeAlone() {
        var kind = PROVEN_LATE.get(random.nextInt(PROVEN_LATE.size()));
        var serving = installations.stream()
                .filter(each ->
                        operator.process(each).filter(NodeProcess::serves).isPresent())
                .toList();
        if (!over && !serving.isEmpty()) {
            count++;
            strike(kind, serving.get(random.nextInt(serving.size())));
        }
    }

    private long upTo(int seconds) {
        return random.nextLong(SECOND_NS / 10, seconds * SECOND_NS);
    }

    private long between(int seconds, int most) {
        return random.nextLong(seconds * SECOND_NS, most * SECOND_NS);
    }

    private void strike(Kind kind, Installation target) {
        world.trace().note(target.name(), "FAULT " + kind);
        if (!ELSEWHERE.contains(kind)) {
            disturbed.by(target);
        }
        var life = target.life();
        var watchdog = target.watchdog();
        var network = world.network();
        switch (kind) {
            case KILL -> life.ifPresent(now -> now.kill("SIGKILL"));
            case PAUSE -> life.ifPresent(now -> pause(now, upTo(12)));
            case FREEZE -> target.host().freeze(upTo(20), Host.Freeze.values()[random.nextInt(3)]);
            case POWER -> target.host().losePower();
            case WATCHDOG_KILLED -> watchdog.ifPresent(SimulatedWatchdog::kill);
            case WATCHDOG_STOPPED -> watchdog.ifPresent(now -> stop(now, upTo(20)));
            case BOTH_KILLED -> {
                watchdog.ifPresent(SimulatedWatchdog::kill);
                life.ifPresent(now -> now.kill("SIGKILL, as its watchdog"));
            }
            case BOTH_STOPPED -> stopBoth(target, upTo(25));
            case FABRIC_LOST -> eachPool(target, true);
            case FABRIC_SLOW -> eachPool(target, false);
            case FABRIC_HANGS ->
                hang(target, random.nextInt(10) == 0 ? 1 : world.pools().size());
            case CAUGHT_WRITING -> world.caught().arm(Place.WRITE, this::isCaught);
            case CAUGHT_TAKING -> world.caught().arm(Place.TRANSACTION, this::isCaught);
            case SILENT_REMOVED -> {
                var clocks =
                        random.nextBoolean() ? Host.Freeze.CLOCKS_STAND_STILL : Host.Freeze.values()[random.nextInt(3)];
                target.host().freeze(between(10, 25), clocks);
                removeWhenSilent(target);
            }
            case OPERATOR_ERRS -> {
                hang(target, world.pools().size(), Hang.ALL, between(3, 12));
                later(SILENT_NS, () -> giveWord(target));
            }
            case WEATHER -> {
                network.weather(new Weather(random.nextInt(40), random.nextInt(30), random.nextInt(1, 3000)));
                later(upTo(20), () -> network.weather(Weather.FAIR));
            }
            case CUT -> cut(target, other(target), random.nextBoolean(), upTo(20));
            case ISOLATED -> installations.forEach(each -> cut(target, each, true, upTo(20)));
            case DATABASE_DOWN -> databaseDown(random.nextInt(6) == 0 ? upTo(120) : upTo(15));
            case DATABASE_CUT -> {
                world.database().cutOff(target.host(), true);
                later(upTo(30), () -> world.database().cutOff(target.host(), false));
            }
            case DATABASE_SLOW -> {
                world.database().slowMs(random.nextInt(20, 1000));
                later(upTo(10), () -> world.database().slowMs(0));
            }
            case OUTCOMES_FORGOTTEN -> {
                world.database().forgetsOutcomes(random.nextInt(5, 60));
                later(upTo(20), () -> world.database().forgetsOutcomes(0));
            }
            case TAKER_DIES -> world.mishap().arm(Step.values()[random.nextInt(Step.values().length)]);
            case STOP ->
                operator.process(target).filter(now -> now.life().runs()).ifPresent(operator::stop);
            case LEAVE ->
                operator.process(target).filter(now -> now.life().runs()).ifPresent(operator::leave);
            case REMOVE -> remove(target);
        }
    }

    /** The server, for everybody; longer if that is so already. */
    private void databaseDown(long ns) {
        if (downs++ == 0) {
            world.database().down(true);
            outage = new Outage(world, disturbed);
            outage.begin();
        }
        later(ns, () -> {
            if (--downs == 0) {
                outage.end();
                world.database().down(false);
            }
        });
    }

    private void later(long ns, Runnable end) {
        world.loop().after(ns, () -> {
            if (!over) {
                end.run();
            }
        });
    }

    private void pause(Life life, long ns) {
        life.stop();
        world.loop().after(ns, life::goOn);
    }

    private void stop(SimulatedWatchdog watchdog, long ns) {
        watchdog.stop();
        world.loop().after(ns, watchdog::goOn);
    }

    private void stopBoth(Installation target, long ns) {
        target.watchdog().ifPresent(now -> stop(now, ns));
        target.life().ifPresent(now -> pause(now, ns));
    }

    /** It goes on when others hold it for dead, and may have been removed. */
    private void isCaught(NodeProcess process) {
        var installation = process.installation();
        world.trace().note(installation.name(), "is caught in between, and stopped");
        disturbed.by(installation);
        stopBoth(installation, between(10, 25));
        if (random.nextInt(3) > 0) {
            removeWhenSilent(installation);
        }
    }

    private void removeWhenSilent(Installation target) {
        later(SILENT_NS, () -> remover(target).ifPresent(now -> operator.remove(now, target)));
    }

    /** He is wrong: it lives, and is merely not seen. */
    private void giveWord(Installation target) {
        remover(target).ifPresent(now -> operator.giveWord(now, target));
    }

    private Optional<NodeProcess> remover(Installation target) {
        return Optional.of(other(target))
                .filter(other -> other != target)
                .flatMap(operator::process)
                .filter(now -> now.life().runs());
    }

    /** For long; or so that a write is told late, with an instant in which it is told, and nothing gets through again. */
    private void hang(Installation target, int pools) {
        if (random.nextInt(5) == 0) {
            hang(target, pools, Hang.ALL, between(3, 20));
            return;
        }
        var ns = random.nextLong(5 * SECOND_NS, 7 * SECOND_NS + SECOND_NS / 2);
        hang(target, pools, Hang.ANSWERS_TO_WRITES, ns);
        later(ns + random.nextLong(INSTANT_NS), () -> hang(target, pools, Hang.ALL, between(6, 12)));
    }

    private void hang(Installation target, int pools, Hang what, long ns) {
        for (var pool : world.pools().subList(0, pools)) {
            world.fabric(target, pool).hang(what, world.loop().nowNs() + ns);
        }
    }

    private Installation other(Installation target) {
        return installations.get(random.nextInt(installations.size()));
    }

    private void cut(Installation one, Installation other, boolean bothWays, long ns) {
        var network = world.network();
        var a = one.instance().node();
        var b = other.instance().node();
        network.cut(a, b, true);
        if (bothWays) {
            network.cut(b, a, true);
        }
        later(ns, () -> {
            network.cut(a, b, false);
            network.cut(b, a, false);
        });
    }

    private void eachPool(Installation target, boolean breaks) {
        var onlyFirst = random.nextBoolean();
        var ns = upTo(15);
        for (var pool : world.pools().subList(0, onlyFirst ? 1 : world.pools().size())) {
            var fabric = world.fabric(target, pool);
            if (breaks) {
                fabric.broken(true);
                later(ns, () -> fabric.broken(false));
            } else {
                fabric.slowMs(random.nextInt(100, 8000));
                later(ns, () -> fabric.slowMs(0));
            }
        }
    }

    private void remove(Installation target) {
        target.life().ifPresent(now -> now.kill("SIGKILL, to be removed"));
        remover(target).ifPresent(now -> operator.remove(now, target));
    }

    /** All is mended. */
    void end() {
        over = true;
        outage.end();
        world.trace().note("world", "all faults are over");
        mendPaths();
        world.database().heal();
        world.mishap().disarm();
        world.caught().disarm();
        operator.hurry(true);
    }

    private void mendPaths() {
        world.network().heal();
        for (var installation : installations) {
            for (var pool : world.pools()) {
                world.fabric(installation, pool).broken(false);
                world.fabric(installation, pool).slowMs(0);
                world.fabric(installation, pool).hang(Hang.NOTHING, 0);
            }
        }
    }
}
