package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The start time of a process in clock ticks since boot: with the pid it names one process for ever. */
final class ProcessStart {
    /** The place of starttime in /proc/PID/stat, counted after the command's name (proc_pid_stat(5), field 22). */
    private static final int STARTTIME = 19;

    private ProcessStart() {}

    /** Whether the process of that pid and start time is there; one that cannot be looked at is. */
    static boolean isAlive(long pid, long startTicks) {
        try {
            return ticks(pid).equals(OptionalLong.of(startTicks));
        } catch (IOException unknown) {
            throw new UncheckedIOException(unknown);
        }
    }

    /** The start time; empty if there is no such process. */
    static OptionalLong ticks(long pid) throws IOException {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            var afterName = stat.substring(stat.lastIndexOf(')') + 2);
            return OptionalLong.of(Long.parseLong(afterName.split(" ")[STARTTIME]));
        } catch (NoSuchFileException gone) {
            return OptionalLong.empty();
        }
    }
}
