package org.serai.simulator.play;

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
import org.serai.simulator.node.Mishap.Step;
import org.serai.simulator.node.World;

/** What befalls the cluster, drawn from the seed; each seed has its own mixture and frequency. */
final class Faults {
    private static final long SECOND_NS = 1_000_000_000L;

    private final World world;
    private final List<Installation> installations;
    private final Operator operator;
    private final SplittableRandom random;
    private final long untilNs;
    private final long meanNs;
    private final long mixture;
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
        this.mixture = random.nextLong();
    }

    /** The kinds. */
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
        REMOVE
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
            Kind.TAKER_DIES);

    void begin() {
        world.loop().after(random.nextLong(2 * meanNs), this::next);
    }

    int count() {
        return count;
    }

    private void next() {
        if (over || world.loop().nowNs() > untilNs) {
            return;
        }
        var kind = Kind.values()[random.nextInt(Kind.values().length)];
        // A seed leaves out about a third of all kinds, so that what is left meets itself more often.
        if (Long.numberOfTrailingZeros(mixture >>> kind.ordinal() * 3 & 7 | 8) != 3 || kind == Kind.KILL) {
            count++;
            strike(kind, installations.get(random.nextInt(installations.size())));
        }
        begin();
    }

    private long upTo(int seconds) {
        return random.nextLong(SECOND_NS / 10, seconds * SECOND_NS);
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
            case BOTH_STOPPED -> {
                var ns = upTo(25);
                watchdog.ifPresent(now -> stop(now, ns));
                life.ifPresent(now -> pause(now, ns));
            }
            case FABRIC_LOST -> eachPool(target, true);
            case FABRIC_SLOW -> eachPool(target, false);
            case WEATHER -> {
                network.weather(new Weather(random.nextInt(40), random.nextInt(30), random.nextInt(1, 1000)));
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
        Optional.of(other(target))
                .flatMap(operator::process)
                .filter(now -> now.life().runs())
                .ifPresent(now -> operator.remove(now, target));
    }

    /** All is mended. */
    void end() {
        over = true;
        outage.end();
        world.trace().note("world", "all faults are over");
        world.network().heal();
        world.database().heal();
        world.mishap().disarm();
        for (var installation : installations) {
            for (var pool : world.pools()) {
                world.fabric(installation, pool).broken(false);
                world.fabric(installation, pool).slowMs(0);
            }
        }
        operator.hurry();
    }
}
