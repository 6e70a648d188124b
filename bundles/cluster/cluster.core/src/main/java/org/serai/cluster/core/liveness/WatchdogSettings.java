package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the watchdog is started.
 *
 * @param binary the program {@code serai-watchdog}
 * @param run the folder of its lock, socket, log and list of guarded processes
 * @param pid the process that it watches
 * @param startTicks that process's start time
 * @param leaseMs the lease
 * @param hardware a hardware watchdog's device that it feeds too
 */
public record WatchdogSettings(
        Path binary, Path run, long pid, long startTicks, long leaseMs, Optional<String> hardware) {
    /** A watchdog of the process in which this runs. */
    public static WatchdogSettings ofThisProcess(Path binary, Path run, long leaseMs, Optional<String> hardware)
            throws IOException {
        var pid = ProcessHandle.current().pid();
        var start = ProcessStart.ticks(pid).orElseThrow(() -> new IOException("there is no /proc/" + pid));
        return new WatchdogSettings(binary, run, pid, start, leaseMs, hardware);
    }

    List<String> command(String... more) {
        var command = new ArrayList<>(List.of(
                binary.toString(),
                "watch",
                "--dir",
                run.toString(),
                "--pid",
                Long.toString(pid),
                "--start",
                Long.toString(startTicks),
                "--lease-ms",
                Long.toString(leaseMs)));
        hardware.ifPresent(device -> command.addAll(List.of("--hardware", device)));
        command.addAll(List.of(more));
        return command;
    }

    /** What goes before the command line of a guarded process. */
    public List<String> guarded() {
        return List.of(binary.toString(), "run", run.resolve("watchdog.sock").toString(), "--");
    }
}
