package org.serai.cluster.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.core.time.ThreadRounds;

/** The watchdog itself, with real processes; a sleeping process stands in for the node and another for a hypervisor. */
class WatchdogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LEASE_MS = 4000;

    @TempDir
    static Path build;

    @TempDir
    Path run;

    private final List<Process> started = new ArrayList<>();
    private final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    private Process node;

    @BeforeAll
    static void compile() throws Exception {
        NativeProgram.compile(build);
    }

    @BeforeEach
    void aNodeRuns() throws Exception {
        node = start("sleep", "1000");
    }

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
        assertThat(started).allSatisfy(process -> process.onExit().get(60, TimeUnit.SECONDS));
    }

    private Process start(String... command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(run.resolve("output-" + started.size()).toFile())
                .start();
        started.add(process);
        return process;
    }

    private WatchdogSettings settings(long leaseMs) throws IOException {
        var ticks = ProcessStart.ticks(node.pid()).orElseThrow();
        return new WatchdogSettings(build.resolve("serai-watchdog"), run, node.pid(), ticks, leaseMs, Optional.empty());
    }

    private WatchdogLink watch(long leaseMs, String... more) throws IOException {
        var link = WatchdogProcess.start(
                settings(leaseMs).command(more), run.resolve("watchdog.err"), acknowledged::add, lost -> {});
        ProcessHandle.of(link.pid())
                .ifPresent(handle -> assertThat(handle.isAlive()).isTrue());
        link.awaitReadyNs(20_000);
        return link;
    }

    private Process guarded() throws IOException {
        var command = new ArrayList<>(settings(LEASE_MS).guarded());
        command.addAll(List.of("sleep", "1000"));
        var process = start(command.toArray(String[]::new));
        await().atMost(PATIENCE).until(() -> commandLine(process).startsWith("sleep"));
        return process;
    }

    private static String commandLine(Process process) throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.US_ASCII);
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** What the kernel says now; the Java process object learns of an end only some time later. */
    private static boolean runs(Process process) throws IOException {
        try {
            var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private void awaitEnd(Process process) {
        await().atMost(PATIENCE).until(() -> !process.isAlive());
    }

    private String log() throws IOException {
        return Files.readString(run.resolve("watchdog.log"));
    }

    @Test
    void killsAStoppedNodeAndWhatItGuardsAtLeaseTime() throws Exception {
        var watchdog = watch(LEASE_MS);
        var hypervisor = guarded();
        signal("STOP", node.pid());
        awaitEnd(node);
        awaitEnd(hypervisor);
        assertThat(watchdog.exitCode()).isZero();
        assertThat(log()).contains("no renewal for " + LEASE_MS + " ms", "kill guarded process " + hypervisor.pid());
    }

    @Test
    void letsANodeLiveThatRenewsAndCountsFromTheStartOfTheRenewal() throws Exception {
        var watchdog = watch(LEASE_MS);
        var endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2 * LEASE_MS);
        var last = new AtomicLong();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
            last.set(System.nanoTime());
            watchdog.feed(last.get());
            return last.get() - endNs > 0;
        });
        assertThat(node.isAlive()).isTrue();
        // A renewal that began a lease ago gives nothing.
        watchdog.feed(last.get() - TimeUnit.MILLISECONDS.toNanos(LEASE_MS));
        awaitEnd(node);
        assertThat(System.nanoTime() - last.get()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(LEASE_MS));
        assertThat(acknowledged).hasSizeGreaterThan(10);
    }

    @Test
    void refusesARenewalFromTheFuture() throws Exception {
        var watchdog = watch(LEASE_MS);
        watchdog.feed(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        awaitEnd(node);
        assertThat(acknowledged).isEmpty();
        assertThat(log()).contains("has not begun yet");
    }

    @Test
    void killsAtOnceWhatADeadNodeLeavesBehind() throws Exception {
        var watchdog = watch(3_600_000);
        var hypervisor = guarded();
        signal("KILL", node.pid());
        awaitEnd(hypervisor);
        assertThat(watchdog.exitCode()).isZero();
        assertThat(log()).contains("the node has ended");
    }

    @Test
    void saysGoodbyeOnlyWhenNothingGuardedIsLeft() throws Exception {
        var watchdog = watch(3_600_000);
        var hypervisor = guarded();
        watchdog.sayGoodbye(20_000);
        assertThat(runs(hypervisor)).isFalse();
        assertThat(node.isAlive()).isTrue();
        assertThat(watchdog.exitCode()).isZero();
    }

    @Test
    void forgetsAGuardedProcessThatEndsByItself() throws Exception {
        var watchdog = watch(3_600_000);
        var hypervisor = guarded();
        assertThat(Files.readString(run.resolve("guarded"))).contains("\n" + hypervisor.pid() + " ");
        hypervisor.destroyForcibly();
        await().atMost(PATIENCE)
                .until(() -> !Files.readString(run.resolve("guarded")).contains("\n" + hypervisor.pid() + " "));
        watchdog.sayGoodbye(20_000);
    }

    @Test
    void refusesToRunAnythingUnguarded() throws Exception {
        var witness = run.resolve("witness");
        var command = new ArrayList<>(settings(LEASE_MS).guarded());
        command.addAll(List.of("touch", witness.toString()));
        var process = start(command.toArray(String[]::new));
        assertThat(process.waitFor()).isEqualTo(5);
        assertThat(Files.readString(run.resolve("output-1"))).contains("no watchdog answers", "touch is not started");
        assertThat(witness).doesNotExist();
    }

    @Test
    void aSecondWatchdogIsRefused() throws Exception {
        var first = watch(3_600_000);
        var second = start(settings(LEASE_MS).command().toArray(String[]::new));
        assertThat(second.waitFor()).isEqualTo(WatchdogLink.BUSY);
        first.sayGoodbye(20_000);
    }

    @Test
    void theNextWatchdogKillsWhatAKilledOneLeftBehind() throws Exception {
        var first = watch(3_600_000);
        var hypervisor = guarded();
        signal("KILL", first.pid());
        first.exitCode();
        assertThat(hypervisor.isAlive()).isTrue();
        var second = watch(3_600_000);
        assertThat(runs(hypervisor)).isFalse();
        second.sayGoodbye(20_000);
    }

    @Test
    void anAdoptingWatchdogGoesOnFromTheLastRenewal() throws Exception {
        var first = watch(3_600_000);
        var hypervisor = guarded();
        signal("KILL", first.pid());
        first.exitCode();
        var longAgo = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(LEASE_MS / 4);
        watch(LEASE_MS, "--adopt", "--renewed", Long.toString(longAgo));
        assertThat(hypervisor.isAlive()).isTrue();
        awaitEnd(node);
        awaitEnd(hypervisor);
    }

    @Test
    void neverHitsAProcessThatGotTheSamePid() throws Exception {
        var innocent = start("sleep", "1000");
        var boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        var otherTicks = ProcessStart.ticks(innocent.pid()).orElseThrow() - 1;
        Files.writeString(run.resolve("guarded"), "boot " + boot + "\n" + innocent.pid() + " " + otherTicks + "\n");
        var watchdog = watch(3_600_000);
        watchdog.sayGoodbye(20_000);
        assertThat(innocent.isAlive()).isTrue();
    }

    @Test
    void refusesANodeThatIsAnotherProcessByNow() throws Exception {
        var right = settings(LEASE_MS);
        var wrong = new WatchdogSettings(
                right.binary(), run, right.pid(), right.startTicks() - 1, LEASE_MS, Optional.empty());
        var process = start(wrong.command().toArray(String[]::new));
        assertThat(process.waitFor()).isEqualTo(4);
        assertThat(node.isAlive()).isTrue();
    }

    @Test
    void survivesTheSignalsOfAShutdown() throws Exception {
        var watchdog = watch(3_600_000);
        for (var name : List.of("TERM", "INT", "HUP", "USR1", "PIPE")) {
            signal(name, watchdog.pid());
        }
        watchdog.feed(System.nanoTime());
        await().atMost(PATIENCE).until(() -> !acknowledged.isEmpty());
        watchdog.sayGoodbye(20_000);
    }

    @Test
    void feedsAndDisarmsAHardwareWatchdog() throws Exception {
        var device = Files.createFile(run.resolve("device"));
        var watchdog = watch(3_600_000, "--hardware", device.toString());
        watchdog.feed(System.nanoTime());
        await().atMost(PATIENCE).until(() -> Files.size(device) == 1);
        watchdog.sayGoodbye(20_000);
        assertThat(Files.readString(device)).endsWith("V");
    }

    @Test
    void worksInAFolderWhosePathIsLongerThanASocketsMayBe() throws Exception {
        run = Files.createDirectories(run.resolve("a".repeat(90)).resolve("b".repeat(90)));
        var watchdog = watch(3_600_000);
        var hypervisor = guarded();
        watchdog.sayGoodbye(20_000);
        awaitEnd(hypervisor);
    }

    @Test
    void aKeeperNoticesTheLossClosesTheGateAndGuardsOnWithAnother() throws Exception {
        var timing = new Timing(100, 60_000, 1000);
        var guarding =
                new Guarding(new WatchdogProgram(settings(60_000)), timing, System::nanoTime, new ThreadRounds());
        var told = new CopyOnWriteArrayList<Boolean>();
        guarding.gate().onChange(told::add);
        guarding.start();
        await().atMost(PATIENCE).until(guarding.gate()::isOpen);
        var hypervisor = guarded();
        signal("KILL", guarding.keeper().pid().orElseThrow());
        await().atMost(PATIENCE).until(() -> told.equals(List.of(true, false, true)));
        assertThat(guarding.gate().isOpen()).isTrue();
        assertThat(hypervisor.isAlive()).isTrue();
        assertThat(guarding.stop()).isTrue();
        assertThat(runs(hypervisor)).isFalse();
        assertThat(guarding.gate().isOpen()).isFalse();
    }

    @Test
    void aKeeperReplacesAWatchdogThatHangs() throws Exception {
        var timing = new Timing(100, 8000, 6000);
        var guarding = new Guarding(new WatchdogProgram(settings(8000)), timing, System::nanoTime, new ThreadRounds());
        var told = new CopyOnWriteArrayList<Boolean>();
        guarding.gate().onChange(told::add);
        guarding.start();
        await().atMost(PATIENCE).until(guarding.gate()::isOpen);
        var first = guarding.keeper().pid().orElseThrow();
        signal("STOP", first);
        await().atMost(PATIENCE)
                .until(() -> guarding.keeper().pid().orElse(first) != first
                        && guarding.gate().isOpen());
        assertThat(told).contains(false);
        assertThat(node.isAlive()).isTrue();
        assertThat(guarding.stop()).isTrue();
    }

    @Test
    void withoutTheProgramNothingIsOwnedAndTheNodeLives() throws Exception {
        var right = settings(1000);
        var missing = new WatchdogSettings(
                run.resolve("missing"), run, right.pid(), right.startTicks(), 1000, Optional.empty());
        var guarding = new Guarding(
                new WatchdogProgram(missing), new Timing(100, 1000, 200), System::nanoTime, new ThreadRounds());
        guarding.start();
        assertThat(guarding.gate().isOpen()).isFalse();
        assertThat(guarding.gate().reason()).contains("missing is not there");
        assertThat(guarding.stop()).isTrue();
    }
}
