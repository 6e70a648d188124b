package org.serai.hypervisor.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.contracts.hypervisor.GuestLine;
import org.serai.contracts.hypervisor.StateCaptureContract;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineState;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.hypervisor.spi.StateCapture;

/** The simulated backend keeps the contract, and fails when asked to. */
class SimulatedContractTest extends StateCaptureContract {
    private static final long SEED = 42;

    @TempDir
    static Path files;

    private static ScheduledExecutorService scheduler;
    private static SimulatedFaults faults;
    private static SimulatedHypervisor simulated;

    @BeforeAll
    static void make() {
        scheduler = Executors.newSingleThreadScheduledExecutor();
        faults = new SimulatedFaults();
        simulated = new SimulatedHypervisor(scheduler, new Random(SEED), faults);
    }

    @AfterAll
    static void end() {
        simulated.deactivate();
        assertThat(scheduler.isShutdown()).isTrue();
    }

    @Override
    protected Hypervisor hypervisor() {
        return simulated;
    }

    @Override
    protected StateCapture capture() {
        return simulated;
    }

    @Override
    protected void makeNextStartFail() {
        faults.failNextStart("the disk in slot 0 cannot be reached");
    }

    @Override
    protected Path kernel() {
        return file("kernel");
    }

    @Override
    protected Path initrd() {
        return file("initrd");
    }

    private static Path file(String name) {
        try {
            return Files.writeString(files.resolve(name), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCaptureThatDiesMidwayLeavesTheMachineAsItWas() {
        Machine machine = running("a");
        faults.failNextCaptureAfter(100_000);
        fails(HypervisorError.CAPTURE_FAILED, () -> captured(machine));
        assertThat(machine.state()).isEqualTo(MachineState.PAUSED);
        machine.resume();
        assertThat(captured(machine)).isNotEmpty();
    }

    @Test
    void aRestoreThatFailsCanBeTriedAgain() {
        byte[] state = captured(running("a"));
        faults.failNextRestore("no room");
        fails(HypervisorError.RESTORE_FAILED, () -> restored("b", state));
        Machine machine = restored("c", state);
        machine.resume();
        awaitCounter(machine, 2);
    }

    @Test
    void aMachineThatEndsByItselfTellsItsListeners() {
        Machine machine = running("a");
        AtomicInteger ends = new AtomicInteger();
        machine.onEnd(ends::incrementAndGet);
        ((SimulatedMachine) machine).endByItself();
        assertThat(ends).hasValue(1);
        assertThat(machine.state()).isEqualTo(MachineState.ENDED);
    }

    @Test
    void recordsMoveWithTheState() {
        Machine machine = keep(hypervisor().start(withDisk("a")));
        machine.resume();
        awaitCounter(machine, 2);
        byte[] state = captured(machine);
        long records = GuestLine.last(machine.consoleLog()).orElseThrow().record();
        Machine next = keep(capture().restore(withDisk("b"), Channels.newChannel(new ByteArrayInputStream(state))));
        next.resume();
        GuestLine line = awaitCounter(next, records + 1);
        assertThat(line.record()).isEqualTo(line.counter());
        assertThat(line.ok()).isEqualTo(line.record());
        assertThat(line.bad()).isZero();
    }

    @Test
    void aMachineIsAtItsAdapterUntilItEnds() {
        MachineSpec spec = withDisk("a");
        String target = spec.disks().getFirst().target();
        Machine machine = keep(hypervisor().start(spec));
        assertThat(hypervisor().machineAt(target)).contains(spec.id());
        assertThat(hypervisor().machineAt(target + ".other")).isEmpty();
        machine.kill();
        assertThat(hypervisor().machineAt(target)).isEmpty();
    }
}
