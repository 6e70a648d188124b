package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the watchdog of an instance leaves in its run folder: its lock, and the list of what it guards. */
final class GuardedList {
    private GuardedList() {}

    /** Pids of guarded processes that still run. */
    static List<Long> alive(Path run) throws IOException {
        var file = run.resolve("guarded");
        if (!Files.exists(file)) {
            return List.of();
        }
        return Files.readAllLines(file).stream()
                .skip(1)
                .map(line -> line.split(" "))
                .filter(words -> ProcessStart.isAlive(Long.parseLong(words[0]), Long.parseLong(words[1])))
                .map(words -> Long.parseLong(words[0]))
                .toList();
    }

    /**
     * Whether a watchdog holds its lock, as the kernel lists it (proc_locks(5)); a lock on another file system with the
     * same inode number is taken for it as well, which does no harm.
     */
    static boolean isLocked(Path run) throws IOException {
        var lock = run.resolve("watchdog.lock");
        if (!Files.exists(lock)) {
            return false;
        }
        var inode = ":" + Files.getAttribute(lock, "unix:ino") + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream().anyMatch(line -> line.contains(inode));
    }
}
