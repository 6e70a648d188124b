package org.serai.cluster.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a node that ran on this host is known to be gone. */
class HostProcessTest {
    @TempDir
    Path run;

    private final List<Process> processes = new ArrayList<>();

    private Process start(String... command) throws IOException {
        var process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    private void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @AfterEach
    void killAll() throws InterruptedException {
        for (var process : processes) {
            kill(process);
        }
    }

    private HostProcess node(Process process) throws IOException {
        var here = HostProcess.ofThis(run);
        return new HostProcess(
                here.host(), process.pid(), ProcessStart.ticks(process.pid()).orElseThrow(), run.toString());
    }

    @Test
    void itIsGoneWhenItsProcessIs() throws Exception {
        var process = start("sleep", "1000");
        var node = node(process);
        assertThat(node.isKnownGone()).isFalse();
        kill(process);
        assertThat(node.isKnownGone()).isTrue();
    }

    @Test
    void anotherProcessWithItsPidIsNotIt() throws Exception {
        var process = start("sleep", "1000");
        var node = node(process);
        assertThat(new HostProcess(node.host(), node.pid(), node.startTicks() - 1, node.runFolder()).isKnownGone())
                .isTrue();
    }

    @Test
    void itIsNotGoneWhileSomethingRunsThatItsWatchdogGuarded() throws Exception {
        var process = start("sleep", "1000");
        var guest = start("sleep", "1000");
        var node = node(process);
        Files.writeString(
                run.resolve("guarded"),
                "boot x\n" + guest.pid() + " " + ProcessStart.ticks(guest.pid()).orElseThrow() + "\n");
        kill(process);
        assertThat(node.isKnownGone()).isFalse();
        kill(guest);
        assertThat(node.isKnownGone()).isTrue();
    }

    @Test
    void itIsNotGoneWhileItsWatchdogRuns() throws Exception {
        var process = start("sleep", "1000");
        var lock = Files.createFile(run.resolve("watchdog.lock"));
        var watchdog = start("flock", "--no-fork", lock.toString(), "sleep", "1000");
        await().until(() -> GuardedList.isLocked(run));
        var node = node(process);
        kill(process);
        assertThat(node.isKnownGone()).isFalse();
        kill(watchdog);
        await().until(node::isKnownGone);
    }

    @Test
    void nothingIsKnownOfAnotherHostOrOfAnInstanceThatIsNotFound() throws Exception {
        var process = start("sleep", "1000");
        var node = node(process);
        kill(process);
        assertThat(new HostProcess("another", node.pid(), node.startTicks(), node.runFolder()).isKnownGone())
                .isFalse();
        assertThat(new HostProcess(
                                node.host(),
                                node.pid(),
                                node.startTicks(),
                                run.resolve("no").toString())
                        .isKnownGone())
                .isFalse();
    }
}
