package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that a node is.
 *
 * @param host the boot id and the pid namespace: where both are the same, pids mean the same
 * @param runFolder where its watchdog keeps its lock and its list
 */
public record HostProcess(String host, long pid, long startTicks, String runFolder) {
    private static final Logger LOG = LoggerFactory.getLogger(HostProcess.class);

    /** The process in which this runs. */
    public static HostProcess ofThis(Path run) throws IOException {
        var pid = ProcessHandle.current().pid();
        var start = ProcessStart.ticks(pid).orElseThrow(() -> new IOException("there is no /proc/" + pid));
        return new HostProcess(thisHost(), pid, start, run.toAbsolutePath().toString());
    }

    private static String thisHost() throws IOException {
        var boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        return boot + " " + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    }

    /**
     * Whether it ran on this host, is gone, and with it its watchdog and all that this guarded. Without the watchdog
     * nothing new can be guarded, and what is guarded is on its list before it begins.
     */
    public boolean isKnownGone() {
        try {
            if (!host.equals(thisHost()) || ProcessStart.ticks(pid).equals(OptionalLong.of(startTicks))) {
                return false;
            }
            var run = Path.of(runFolder);
            return Files.isDirectory(run)
                    && !GuardedList.isLocked(run)
                    && GuardedList.alive(run).isEmpty();
        } catch (IOException | RuntimeException unknown) {
            LOG.debug("it is not known whether process {} is gone", pid, unknown);
            return false;
        }
    }
}
