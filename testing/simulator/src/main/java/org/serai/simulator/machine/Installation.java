package org.serai.simulator.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.core.identity.Instance;
import org.serai.simulator.kernel.Life;

/** An instance directory on a host: what of a node outlives its processes, and the processes that there are. */
public final class Installation {
    private final Host host;
    private final String name;
    private final Instance instance;
    private final List<Guarded> guarded = new ArrayList<>();
    private Optional<SimulatedWatchdog> lock = Optional.empty();
    private boolean watchdogHurt;
    private Optional<Life> life = Optional.empty();

    /** An installation that was never started. */
    public Installation(Host host, String name, UUID node, Path directory) {
        this.host = host;
        this.name = name;
        this.instance = new Instance(directory, node, "fingerprint of " + name);
        host.add(this);
    }

    /** A process under a watchdog, such as a hypervisor; it lives until it is killed. */
    public static final class Guarded {
        private final long pid;
        private final String what;
        private boolean alive = true;

        Guarded(long pid, String what) {
            this.pid = pid;
            this.what = what;
        }

        /** Whether it runs. */
        public boolean isAlive() {
            return alive;
        }

        @Override
        public String toString() {
            return what;
        }
    }

    /** Starts the node's process. */
    public Life begin() {
        var pid = host.nextPid();
        var next = new Life(host.loop(), name, pid, host::monotonicNs);
        life = Optional.of(next);
        if (host.isFrozen()) {
            throw new IllegalStateException("nothing can be started on a frozen host");
        }
        host.loop().trace().note(name, "starts as process " + pid);
        return next;
    }

    /** Starts a process under the watchdog; refused without one. */
    public Optional<Guarded> guard(String what) {
        if (lock.filter(SimulatedWatchdog::runs).isEmpty()) {
            return Optional.empty();
        }
        var process = new Guarded(host.nextPid(), what);
        guarded.add(process);
        return Optional.of(process);
    }

    void killGuarded() {
        guarded.forEach(process -> process.alive = false);
        guarded.clear();
    }

    /** What is guarded and runs, or runs without its watchdog. */
    public List<Guarded> guarded() {
        return List.copyOf(guarded);
    }

    List<Long> guardedPids() {
        return guarded.stream().map(process -> process.pid).toList();
    }

    /** Ends one. */
    public void endGuarded(Guarded process) {
        process.alive = false;
        guarded.remove(process);
    }

    void losePower() {
        lock.ifPresent(SimulatedWatchdog::vanish);
        lock = Optional.empty();
        killGuarded();
        life.ifPresent(now -> now.losePower(host::chance));
    }

    void thawed() {
        lock.ifPresent(SimulatedWatchdog::lookSoon);
    }

    void lock(Optional<SimulatedWatchdog> holder) {
        lock = holder;
    }

    void watchdogHurt(boolean now) {
        watchdogHurt = now;
    }

    /** Whether nothing has befallen the watchdog that is, or was last. */
    public boolean isWatchdogAtEase() {
        return !watchdogHurt
                && life.filter(host::isTimeless).isEmpty()
                && lock.map(SimulatedWatchdog::isAtEase).orElse(!host.isFrozen());
    }

    /** The watchdog that has the lock. */
    public Optional<SimulatedWatchdog> watchdog() {
        return lock;
    }

    /** The node's process that runs now. */
    public Optional<Life> life() {
        return life.filter(now -> !now.isDead());
    }

    /** Whether a process of that number is there, be it only in the kernel. */
    boolean isThere(long pid) {
        return life.filter(now -> now.pid() == pid && !now.isGone()).isPresent();
    }

    /** Whether the lock on the directory can be had: the former process holds it until nothing of it is left. */
    public boolean isFree() {
        return life.filter(now -> !now.isGone()).isEmpty();
    }

    /** The host. */
    public Host host() {
        return host;
    }

    /** The name of the node. */
    public String name() {
        return name;
    }

    /** Its directory and identity. */
    public Instance instance() {
        return instance;
    }

    /** Forgets that it belongs to a cluster. */
    public void forget() throws IOException {
        instance.identity("cluster.json").delete();
    }
}
