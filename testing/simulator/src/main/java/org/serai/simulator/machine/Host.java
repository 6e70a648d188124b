package org.serai.simulator.machine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.serai.cluster.HostId;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.kernel.Loop;

/** A machine: clocks that drift, and processes. Frozen, nothing of it runs; what its clocks do meanwhile is another matter. */
public final class Host {
    private final Loop loop;
    private final String name;
    private final long originNs;
    private final double rate;
    private final List<Installation> installed = new ArrayList<>();
    private long boots = 1;
    private long pids = 1;
    private long frozenSinceNs = -1;
    private long monotonicLostNs;
    private long boottimeLostNs;
    private final SplittableRandom random;
    private final Set<Life> excused = new HashSet<>();
    private final Set<Life> timeless = new HashSet<>();

    /**
     * A host that has just booted.
     *
     * @param drift how much faster its clocks are than time itself
     */
    public Host(Loop loop, String name, long originNs, double drift) {
        this.random = new SplittableRandom(originNs);
        this.loop = loop;
        this.name = name;
        this.originNs = originNs;
        this.rate = 1 + drift;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The loop. */
    public Loop loop() {
        return loop;
    }

    /** As the platform knows it. */
    public HostId id() {
        return new HostId(name, "SIM", "1", HostId.Source.CONFIGURED);
    }

    /** CLOCK_MONOTONIC. */
    public long monotonicNs() {
        return originNs + (long) (loop.nowNs() * rate) - monotonicLostNs;
    }

    /** CLOCK_BOOTTIME. */
    public long boottimeNs() {
        return originNs + (long) (loop.nowNs() * rate) - boottimeLostNs;
    }

    /** Names processes together with a pid, until it boots anew. */
    String boot() {
        return name + " boot " + boots;
    }

    long nextPid() {
        return ++pids;
    }

    boolean chance() {
        return random.nextBoolean();
    }

    void add(Installation installation) {
        installed.add(installation);
    }

    /** What is installed here. */
    public List<Installation> installed() {
        return List.copyOf(installed);
    }

    /** Its processes, watchdogs and guarded ones included, end at once. */
    public void losePower() {
        loop.trace().note(name, "loses power");
        boots++;
        installed.forEach(Installation::losePower);
    }

    /** Which clocks stand still while a host is frozen. */
    public enum Freeze {
        /** None: its scheduler does not run, its clocks do. */
        CLOCKS_GO_ON,
        /** CLOCK_MONOTONIC: it sleeps. */
        SLEEPS,
        /** Both: it is a virtual machine that its own host has stopped. */
        CLOCKS_STAND_STILL
    }

    /** Freezes it for a time. */
    public void freeze(long ns, Freeze kind) {
        if (frozenSinceNs >= 0) {
            return;
        }
        loop.trace().note(name, "frozen for " + ns / 1_000_000 + " ms: " + kind);
        frozenSinceNs = loop.nowNs();
        var stopped = installed.stream().flatMap(each -> each.life().stream()).toList();
        stopped.forEach(Life::stop);
        loop.after(ns, () -> thaw(kind, stopped));
    }

    private void thaw(Freeze kind, List<Life> stopped) {
        var lostNs = (long) ((loop.nowNs() - frozenSinceNs) * rate);
        frozenSinceNs = -1;
        loop.trace().note(name, "thaws");
        if (kind != Freeze.CLOCKS_GO_ON) {
            monotonicLostNs += lostNs;
            // What docs/fencing.md says remains: a gate that was open may be so still.
            excused.addAll(stopped);
        }
        if (kind == Freeze.CLOCKS_STAND_STILL) {
            boottimeLostNs += lostNs;
            timeless.addAll(stopped);
        }
        stopped.forEach(Life::goOn);
        installed.forEach(Installation::thawed);
    }

    /** Whether nothing of it runs now. */
    public boolean isFrozen() {
        return frozenSinceNs >= 0;
    }

    /** Clocks have not stood still of late. */
    public void excuseNobody() {
        excused.clear();
    }

    /** Whether clocks have stood still under a process, so that its gate may be open for longer than it should. */
    public boolean isExcused(Life life) {
        return excused.contains(life);
    }

    /**
     * Whether both clocks have stood still under a process and its watchdog: as docs/fencing.md says, they go on until the
     * process learns from the database that it was taken for dead.
     */
    boolean isTimeless(Life life) {
        return timeless.contains(life);
    }
}
