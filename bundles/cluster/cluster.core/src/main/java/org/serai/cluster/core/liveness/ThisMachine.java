package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.serai.cluster.core.identity.DurableFile;

/**
 * The machine on which this runs.
 *
 * @param watchdog the program {@code serai-watchdog}
 * @param run the folder of this node's watchdog
 * @param hardware a hardware watchdog's device that it feeds too
 */
public record ThisMachine(Path watchdog, Path run, Optional<String> hardware) implements Machine {
    @Override
    public Watchdogs watchdogs(long leaseMs) throws IOException {
        DurableFile.makeFolder(run);
        return new WatchdogProgram(WatchdogSettings.ofThisProcess(watchdog, run, leaseMs, hardware));
    }

    @Override
    public HostProcess process() throws IOException {
        return HostProcess.ofThis(run);
    }

    @Override
    public boolean isKnownGone(HostProcess process) {
        return process.isKnownGone();
    }
}
