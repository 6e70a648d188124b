package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.serai.launcher.nodes.NodeProcess;

/**
 * The processes of a node, as long as it runs, to be looked for once another one has what it had.
 *
 * @param working the node and its hypervisors
 * @param watchdog what ends them
 */
record Processes(Set<Long> working, long watchdog) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SIGKILL = 1L << 8;
    private static final long PF_EXITING = 0x4;

    static Processes of(NodeProcess node) {
        Set<Long> working = node.pids();
        long watchdog = node.status().path("watchdog_pid").asLong();
        working.remove(watchdog);
        return new Processes(working, watchdog);
    }

    /** Nothing works there any more, now; the watchdog, whose end nobody waits for, goes by and by. */
    void assertOver() {
        assertThat(working).as("node and hypervisors").noneMatch(Processes::lives);
        await().atMost(PATIENCE).until(() -> !lives(watchdog));
    }

    /**
     * Whether a process may still do anything. One that has its SIGKILL does not, but is listed until it gets a processor
     * to die on (proc(5)).
     */
    static boolean lives(long pid) {
        // Not the other way round: what has taken its SIGKILL meanwhile is exiting.
        return told(pid, "status").filter(status -> !isKilled(status)).isPresent()
                && told(pid, "stat").filter(stat -> !isExiting(stat)).isPresent();
    }

    private static boolean isKilled(String status) {
        return status.lines()
                .filter(line -> line.startsWith("SigPnd:") || line.startsWith("ShdPnd:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGKILL) != 0);
    }

    private static boolean isExiting(String stat) {
        return "ZX".indexOf(state(stat)) >= 0 || (Long.parseLong(behindName(stat)[6]) & PF_EXITING) != 0;
    }

    /** A process's state in what its {@code stat} says. */
    static char state(String stat) {
        return behindName(stat)[0].charAt(0);
    }

    /** The fields from the third on: the name before them may hold anything. */
    private static String[] behindName(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    /** What a file of a process in {@code /proc} says; empty if the process has gone meanwhile. */
    static Optional<String> told(long pid, String file) {
        try {
            return Optional.of(
                    Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
