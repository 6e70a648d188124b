package org.serai.simulator.machine;

import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.serai.cluster.core.liveness.HostProcess;
import org.serai.cluster.core.liveness.Machine;
import org.serai.cluster.core.liveness.WatchdogLink;
import org.serai.cluster.core.liveness.Watchdogs;
import org.serai.simulator.kernel.Life;

/**
 * A host as one process on it finds it.
 *
 * @param installation what it was started from
 * @param life the process
 * @param random how long things take
 */
public record SimulatedMachine(Installation installation, Life life, SplittableRandom random) implements Machine {
    @Override
    public Watchdogs watchdogs(long leaseMs) {
        return new Watchdogs() {
            @Override
            public WatchdogLink start(OptionalLong goOnFromNs, LongConsumer renewed, Consumer<WatchdogLink> lost) {
                var next = new SimulatedWatchdog(installation, life, leaseMs, renewed, lost, random);
                next.begin(goOnFromNs);
                return next;
            }

            @Override
            public String said() {
                return "";
            }

            @Override
            public String log() {
                return "watchdog.log";
            }

            @Override
            public List<Long> leftovers() {
                return installation.guardedPids();
            }

            @Override
            public List<String> guarded() {
                return List.of();
            }
        };
    }

    @Override
    public HostProcess process() {
        return new HostProcess(installation.host().boot(), life.pid(), life.pid(), installation.name());
    }

    @Override
    public boolean isKnownGone(HostProcess process) {
        return process.host().equals(installation.host().boot())
                && installation.host().installed().stream()
                        .filter(other -> other.name().equals(process.runFolder()))
                        .allMatch(other -> !other.isThere(process.pid())
                                && other.watchdog().isEmpty()
                                && other.guarded().isEmpty());
    }
}
