package org.serai.simulator.machine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.serai.cluster.core.liveness.WatchdogLink;
import org.serai.simulator.kernel.Life;

/** A process that does what watchdog.c does: takes the lock, counts on CLOCK_BOOTTIME, kills, and can itself be hurt. */
public final class SimulatedWatchdog implements WatchdogLink {
    private static final long LOOK_MS = 5;
    private static final long AT_EASE_NS = 1_000_000_000;

    private final Installation installation;
    private final Life node;
    private final long leaseNs;
    private final LongConsumer renewed;
    private final Consumer<WatchdogLink> lost;
    private final SplittableRandom random;
    private final long pid;
    private final List<Runnable> whileStopped = new ArrayList<>();
    private long deadlineNs;
    private long heldUpNs = -AT_EASE_NS;
    private boolean alive = true;
    private boolean stopped;
    private boolean ready;
    private int code;

    SimulatedWatchdog(
            Installation installation,
            Life node,
            long leaseMs,
            LongConsumer renewed,
            Consumer<WatchdogLink> lost,
            SplittableRandom random) {
        this.installation = installation;
        this.node = node;
        this.leaseNs = TimeUnit.MILLISECONDS.toNanos(leaseMs);
        this.renewed = renewed;
        this.lost = lost;
        this.random = random;
        this.pid = installation.host().nextPid();
        node.whenGone(() -> soon(this::nodeEnded));
    }

    /** Does something a moment later, when it is not stopped or frozen. */
    private void soon(Runnable work) {
        node.loop().after(random.nextLong(2_000_000), () -> act(work));
    }

    private void act(Runnable work) {
        if (alive && (stopped || installation.host().isFrozen())) {
            whileStopped.add(work);
        } else if (alive) {
            work.run();
        }
    }

    void begin(OptionalLong goOnFromNs) {
        soon(() -> {
            if (installation.watchdog().isPresent()) {
                end(BUSY);
                return;
            }
            installation.lock(Optional.of(this));
            installation.watchdogHurt(false);
            var host = installation.host();
            if (goOnFromNs.isEmpty()) {
                installation.killGuarded();
            }
            deadlineNs = deadline(goOnFromNs.orElse(host.monotonicNs()));
            ready = true;
            look();
        });
    }

    private long deadline(long startNs) {
        var host = installation.host();
        return host.boottimeNs() - (host.monotonicNs() - startNs) + leaseNs;
    }

    private void look() {
        var leftNs = deadlineNs - installation.host().boottimeNs();
        if (leftNs <= 0) {
            installation.killGuarded();
            node.kill("its watchdog has seen no renewal for the lease");
            // It ends, and gives its lock, once the node has ended.
        } else {
            node.loop().after(leftNs + leftNs / 50, () -> act(this::look));
        }
    }

    private void nodeEnded() {
        installation.killGuarded();
        end(0);
    }

    private void end(int exitCode) {
        if (alive) {
            vanish();
            code = exitCode;
            installation
                    .watchdog()
                    .filter(holder -> holder == this)
                    .ifPresent(_ -> installation.lock(Optional.empty()));
            node.start(() -> lost.accept(this));
        }
    }

    void vanish() {
        alive = false;
        whileStopped.clear();
    }

    /** SIGKILL to the watchdog itself. */
    public void kill() {
        installation.watchdogHurt(true);
        end(137);
    }

    /** SIGSTOP to the watchdog itself. */
    public void stop() {
        stopped = true;
    }

    /** Whether it runs, and has not been held up just before. */
    boolean isAtEase() {
        return runs() && !installation.host().isFrozen() && node.loop().nowNs() - heldUpNs > AT_EASE_NS;
    }

    /** SIGCONT. */
    public void goOn() {
        stopped = false;
        lookSoon();
    }

    void lookSoon() {
        heldUpNs = node.loop().nowNs();
        var held = List.copyOf(whileStopped);
        whileStopped.clear();
        held.forEach(this::soon);
        soon(this::look);
    }

    boolean runs() {
        return alive && !stopped && ready;
    }

    @Override
    public void feed(long startNs) throws IOException {
        if (!alive) {
            throw new IOException("broken pipe");
        }
        soon(() -> {
            deadlineNs = Math.max(deadlineNs, deadline(startNs));
            node.startAfter(random.nextLong(1_000_000), () -> renewed.accept(startNs));
        });
    }

    @Override
    public long awaitReadyNs(long timeoutMs) throws IOException {
        await(timeoutMs, true);
        return node.nanoTime();
    }

    private void await(long timeoutMs, boolean until) throws IOException {
        var startNs = node.nanoTime();
        while (alive && !(ready && until)) {
            if (node.nanoTime() - startNs > TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
                throw new IOException("no answer for " + timeoutMs + " ms");
            }
            node.sleepMs(LOOK_MS);
        }
        if (until && !alive) {
            throw new IOException("the watchdog has ended");
        }
    }

    @Override
    public void sayGoodbye(long timeoutMs) throws IOException {
        if (!alive) {
            throw new IOException("the watchdog has ended");
        }
        soon(() -> {
            installation.killGuarded();
            end(0);
        });
        await(timeoutMs, false);
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public void destroy() {
        kill();
    }

    @Override
    public int exitCode() {
        return code;
    }

    @Override
    public boolean isAlive() {
        return alive;
    }
}
