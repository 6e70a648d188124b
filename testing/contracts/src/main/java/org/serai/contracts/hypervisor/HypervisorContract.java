package org.serai.contracts.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineSpec.IscsiDisk;
import org.serai.hypervisor.MachineState;
import org.serai.hypervisor.spi.Hypervisor;

/** What every hypervisor backend does. The guest counts on its console, see {@link GuestLine}. */
public abstract class HypervisorContract {
    /** No machine of the contract needs it all; a host that is busy does. */
    protected static final Duration PATIENCE = Duration.ofSeconds(180);

    @TempDir
    Path folder;

    private final List<Machine> machines = new ArrayList<>();

    /** The backend under test. */
    protected abstract Hypervisor hypervisor();

    /** The guest's kernel. */
    protected abstract Path kernel();

    /** The guest's initial RAM disk. */
    protected abstract Path initrd();

    /** A disk that cannot be logged in to, so that a start fails. */
    protected IscsiDisk unreachableDisk() {
        return new IscsiDisk(
                0, "127.0.0.1:1", "iqn.2026-01.org.serai:none", 0, "iqn.2026-01.org.serai:me", "me", "secret-of-12");
    }

    /** Arranges that the next start of a machine with {@link #unreachableDisk} fails, where that takes more than the disk. */
    protected void makeNextStartFail() {
        // A backend that really logs in needs no arrangement.
    }

    /** A guest without disks that counts ten times a second. */
    protected final MachineSpec spec(String name) {
        return spec(name, 128L << 20, "console=ttyS0 quiet serai.nodisk serai.interval_ms=100", List.of());
    }

    /** The same with a disk that nobody serves. */
    protected final MachineSpec withDisk(String name) {
        return spec(name, 128L << 20, "console=ttyS0 quiet serai.interval_ms=100", List.of(unreachableDisk()));
    }

    /** A definition in a directory of its own. */
    protected final MachineSpec spec(String name, long memoryBytes, String append, List<IscsiDisk> disks) {
        try {
            Path directory = Files.createDirectories(folder.resolve(name));
            return new MachineSpec(
                    new UUID(0, 7), name, memoryBytes, 1, kernel(), initrd(), append, disks, directory, List.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Has the machine killed at the end of the test. */
    protected final Machine keep(Machine machine) {
        machines.add(machine);
        return machine;
    }

    /** A machine that runs and has counted. */
    protected Machine running(String name) {
        return booted(name);
    }

    /** A machine that was started and has booted and counted. */
    protected final Machine booted(String name) {
        Machine machine = keep(hypervisor().start(spec(name)));
        machine.resume();
        awaitCounter(machine, 1);
        return machine;
    }

    /** Waits until the guest has counted so far. */
    protected static GuestLine awaitCounter(Machine machine, long counter) {
        return await().atMost(PATIENCE)
                .until(
                        () -> GuestLine.last(machine.consoleLog()),
                        line -> line.isPresent() && line.get().counter() >= counter)
                .orElseThrow();
    }

    protected static void fails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @AfterEach
    void noProcessIsLeft() {
        machines.forEach(Machine::kill);
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .as("processes that outlive their machines")
                .isEmpty();
    }

    @Test
    void theHostCanRunMachines() {
        Hypervisor.Host host = hypervisor().host();
        assertThat(host.missing()).isEmpty();
        assertThat(host.available()).isTrue();
        assertThat(host.version()).isNotBlank();
        assertThat(host.accelerator()).isNotBlank();
    }

    @Test
    void nobodyIsAtAnAdapterWhoseMachineCouldNotBeStarted() {
        String target = unreachableDisk().target();
        assertThat(hypervisor().machineAt(target)).isEmpty();
        makeNextStartFail();
        fails(HypervisorError.START_FAILED, () -> hypervisor().start(withDisk("a")));
        assertThat(hypervisor().machineAt(target)).isEmpty();
    }

    @Test
    void aStartedMachineIsPausedAndHasRunNothing() {
        Machine machine = keep(hypervisor().start(spec("a")));
        assertThat(machine.state()).isEqualTo(MachineState.PAUSED);
        assertThat(GuestLine.text(machine.consoleLog())).isEmpty();
        assertThat(machine.pids())
                .allSatisfy(pid -> assertThat(ProcessHandle.of(pid)).isPresent());
    }

    @Test
    void theConsoleLogIsFoundWhenTheMachineHasEnded() {
        MachineSpec spec = spec("a");
        Machine machine = keep(hypervisor().start(spec));
        machine.resume();
        awaitCounter(machine, 1);
        machine.kill();
        assertThat(hypervisor().consoleLog(spec.directory()))
                .hasValueSatisfying(log -> assertThat(GuestLine.last(log)).isPresent());
    }

    @Test
    void pausingAndResumingLosesNoTick() {
        Machine machine = running("a");
        machine.pause();
        machine.pause();
        assertThat(machine.state()).isEqualTo(MachineState.PAUSED);
        GuestLine before = GuestLine.last(machine.consoleLog()).orElseThrow();
        machine.resume();
        machine.resume();
        assertThat(machine.state()).isEqualTo(MachineState.RUNNING);
        awaitCounter(machine, before.counter() + 2);
        assertCountsWithoutGap(GuestLine.all(machine.consoleLog()));
    }

    /** One boot, each tick once. */
    protected static void assertCountsWithoutGap(List<GuestLine> lines) {
        assertThat(lines)
                .extracting(GuestLine::boot)
                .containsOnly(lines.getFirst().boot());
        for (int i = 1; i < lines.size(); i++) {
            assertThat(lines.get(i).counter()).isEqualTo(lines.get(i - 1).counter() + 1);
        }
    }

    @Test
    void aKilledMachineHasEndedAndSaysSo() {
        Machine machine = running("a");
        AtomicInteger ends = new AtomicInteger();
        machine.onEnd(ends::incrementAndGet);
        machine.kill();
        machine.kill();
        assertThat(machine.state()).isEqualTo(MachineState.ENDED);
        assertThat(machine.pids()).isEmpty();
        await().atMost(PATIENCE).until(() -> ends.get() == 1);
        machine.onEnd(ends::incrementAndGet);
        await().atMost(PATIENCE).until(() -> ends.get() == 2);
        fails(HypervisorError.MACHINE_GONE, machine::resume);
        fails(HypervisorError.MACHINE_GONE, machine::pause);
    }

    @Test
    void aGuestThatIsAskedToStopShutsItselfDown() {
        Machine machine = booted("a");
        machine.stop(PATIENCE);
        assertThat(machine.state()).isEqualTo(MachineState.ENDED);
        assertThat(GuestLine.text(machine.consoleLog())).contains("SERAI powerdown");
    }

    @Test
    void aMachineThatDoesNotStopInItsGraceIsKilled() {
        Machine machine = running("a");
        machine.stop(Duration.ZERO);
        assertThat(machine.state()).isEqualTo(MachineState.ENDED);
        machine.stop(PATIENCE);
    }

    @Test
    void aPausedMachineIsStoppedWithoutWaiting() {
        Machine machine = keep(hypervisor().start(spec("a")));
        machine.stop(Duration.ofDays(1));
        assertThat(machine.state()).isEqualTo(MachineState.ENDED);
    }

    @Test
    void aStartThatFailsLeavesNothing() {
        MachineSpec spec = spec("a", 128L << 20, "quiet", List.of(unreachableDisk()));
        makeNextStartFail();
        fails(HypervisorError.START_FAILED, () -> keep(hypervisor().start(spec)));
        assertThat(spec.directory()).isDirectoryNotContaining("glob:**secret");
    }

    @Test
    void aDefinitionThatCannotBeIsRefused() {
        MachineSpec good = spec("a");
        MachineSpec noMemory = spec("a", 0, good.append(), List.of());
        fails(HypervisorError.BAD_DEFINITION, () -> keep(hypervisor().start(noMemory)));
        MachineSpec sameSlot = spec("a", 128L << 20, "quiet", List.of(unreachableDisk(), unreachableDisk()));
        fails(HypervisorError.BAD_DEFINITION, () -> keep(hypervisor().start(sameSlot)));
        MachineSpec noKernel = new MachineSpec(
                good.id(),
                "a",
                good.memoryBytes(),
                1,
                folder.resolve("none"),
                initrd(),
                "quiet",
                List.of(),
                good.directory(),
                List.of());
        fails(HypervisorError.BAD_DEFINITION, () -> keep(hypervisor().start(noKernel)));
    }

    @Test
    void compatibilityDependsOnTheDefinitionAlone() {
        MachineSpec spec = spec("a");
        assertThat(hypervisor().compatibility(spec)).isEqualTo(hypervisor().compatibility(spec("b")));
        assertThat(hypervisor().compatibility(spec("a", 256L << 20, spec.append(), List.of())))
                .isNotEqualTo(hypervisor().compatibility(spec));
        assertThat(hypervisor().compatibility(spec("a", 128L << 20, "quiet", List.of())))
                .isNotEqualTo(hypervisor().compatibility(spec));
        assertThat(hypervisor().compatibility(spec("a", 128L << 20, spec.append(), List.of(unreachableDisk()))))
                .isNotEqualTo(hypervisor().compatibility(spec));
    }
}
