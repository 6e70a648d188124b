package org.serai.contracts.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineState;
import org.serai.hypervisor.spi.StateCapture;

/** What a backend does that can capture and restore machine state. */
public abstract class StateCaptureContract extends HypervisorContract {
    /** The capability under test. */
    protected abstract StateCapture capture();

    private static final Map<Class<?>, byte[]> AWAKE = new ConcurrentHashMap<>();

    /** Restored from the state of one boot, which is quicker than to boot for every test. */
    @Override
    protected final Machine running(String name) {
        byte[] awake = AWAKE.get(getClass());
        if (awake == null) {
            Machine first = booted("first-boot");
            awake = captured(first);
            first.kill();
            AWAKE.put(getClass(), awake);
        }
        Machine machine = restored(name, awake);
        machine.resume();
        awaitCounter(machine, 1);
        return machine;
    }

    /** A machine made from a state, paused. */
    protected final Machine restored(String name, byte[] state) {
        return keep(capture().restore(spec(name), Sinks.of(state)));
    }

    /** The whole state of a machine. */
    protected final byte[] captured(Machine machine) {
        Sinks.Memory sink = new Sinks.Memory();
        capture().capture(machine, sink);
        return sink.bytes();
    }

    @Test
    void aRestoredMachineGoesOnExactly() {
        Machine source = booted("source");
        byte[] state = captured(source);
        assertThat(source.state()).isEqualTo(MachineState.PAUSED);
        source.kill();
        List<GuestLine> before = GuestLine.all(source.consoleLog());

        Machine target = keep(capture().restore(spec("target"), Sinks.of(state)));
        assertThat(target.state()).isEqualTo(MachineState.PAUSED);
        target.resume();
        awaitCounter(target, before.getLast().counter() + 3);
        List<GuestLine> after = GuestLine.all(target.consoleLog());
        assertThat(after.getLast().boot()).isEqualTo(before.getLast().boot());
        assertThat(after.getLast().bad()).isZero();
        // A line may have been cut by the capture: one half is in each log, and neither is a line.
        assertThat(after.getFirst().counter())
                .isBetween(before.getLast().counter() + 1, before.getLast().counter() + 2);
        assertCountsWithoutGap(after);
    }

    @Test
    void aCapturedMachineCanGoOn() {
        Machine machine = running("a");
        captured(machine);
        GuestLine before = GuestLine.last(machine.consoleLog()).orElseThrow();
        machine.resume();
        awaitCounter(machine, before.counter() + 2);
        assertCountsWithoutGap(GuestLine.all(machine.consoleLog()));
        assertThat(captured(machine)).isNotEmpty();
    }

    @Test
    void aRestoredMachineCanBeCapturedAgain() {
        byte[] first = captured(running("first"));
        Machine second = keep(capture().restore(spec("second"), Sinks.of(first)));
        second.resume();
        long counter = awaitCounter(second, 2).counter();
        byte[] state = captured(second);
        Machine third = keep(capture().restore(spec("third"), Sinks.of(state)));
        third.resume();
        awaitCounter(third, counter + 2);
        assertCountsWithoutGap(GuestLine.all(third.consoleLog()));
    }

    @Test
    void aSinkThatFailsAtOnceLeavesTheMachineAsItWas() {
        failingSink(0);
    }

    @Test
    void aSinkThatFailsMidwayLeavesTheMachineAsItWas() {
        failingSink(100_000);
    }

    private void failingSink(long afterBytes) {
        Machine machine = running("a");
        fails(HypervisorError.CAPTURE_FAILED, () -> capture().capture(machine, new Sinks.Failing(afterBytes)));
        assertThat(machine.state()).isEqualTo(MachineState.PAUSED);
        GuestLine before = GuestLine.last(machine.consoleLog()).orElseThrow();
        machine.resume();
        awaitCounter(machine, before.counter() + 2);
        assertCountsWithoutGap(GuestLine.all(machine.consoleLog()));
        assertThat(captured(machine)).isNotEmpty();
    }

    @Test
    void anInterruptCancelsACapture() throws Throwable {
        Machine machine = running("a");
        Sinks.Blocking sink = new Sinks.Blocking();
        CompletableFuture<Void> capture = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform()
                .start(() -> complete(capture, () -> capture().capture(machine, sink)));
        assertThat(sink.reached().await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        fails(HypervisorError.CAPTURE_FAILED, () -> join(capture));
        assertThat(machine.state()).isEqualTo(MachineState.PAUSED);
        long before = GuestLine.last(machine.consoleLog()).orElseThrow().counter();
        machine.resume();
        awaitCounter(machine, before + 2);
    }

    @Test
    void nobodyResumesAMachineUnderItsCapture() throws Throwable {
        Machine machine = running("a");
        Sinks.Blocking sink = new Sinks.Blocking();
        CompletableFuture<Void> capture = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> complete(capture, () -> capture().capture(machine, sink)));
        assertThat(sink.reached().await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        fails(HypervisorError.WRONG_STATE, machine::resume);
        fails(HypervisorError.WRONG_STATE, () -> capture().capture(machine, new Sinks.Memory()));
        assertThat(machine.state()).isEqualTo(MachineState.PAUSED);
        sink.release().countDown();
        join(capture);
        machine.resume();
    }

    @Test
    void aMachineThatEndsUnderItsCaptureIsGone() throws Throwable {
        Machine machine = running("a");
        Sinks.Blocking sink = new Sinks.Blocking();
        CompletableFuture<Void> capture = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> complete(capture, () -> capture().capture(machine, sink)));
        assertThat(sink.reached().await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        machine.kill();
        sink.release().countDown();
        fails(HypervisorError.MACHINE_GONE, () -> join(capture));
    }

    @Test
    void anEndedMachineCannotBeCaptured() {
        Machine machine = keep(hypervisor().start(spec("a")));
        machine.kill();
        fails(HypervisorError.MACHINE_GONE, () -> capture().capture(machine, new Sinks.Memory()));
    }

    @Test
    void aStateThatIsCutShortIsRefused() {
        byte[] state = captured(running("source"));
        MachineSpec spec = spec("target");
        for (int length : new int[] {0, 1, 1000, state.length / 2, state.length - 1}) {
            byte[] part = Arrays.copyOf(state, length);
            fails(HypervisorError.RESTORE_FAILED, () -> keep(capture().restore(spec, Sinks.of(part))));
        }
    }

    @Test
    void aStateOfAnotherMachineIsRefused() {
        byte[] state = captured(running("source"));
        MachineSpec larger = spec("target", 192L << 20, spec("source").append(), List.of());
        fails(HypervisorError.RESTORE_FAILED, () -> keep(capture().restore(larger, Sinks.of(state))));
        fails(
                HypervisorError.RESTORE_FAILED,
                () -> keep(capture().restore(spec("other"), Sinks.of(new byte[1 << 20]))));
    }

    private static void complete(CompletableFuture<Void> future, ThrowingCallable call) {
        try {
            call.call();
            future.complete(null);
        } catch (Throwable e) {
            future.completeExceptionally(e);
        }
    }

    private static void join(CompletableFuture<Void> future) throws Throwable {
        try {
            future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause();
        }
    }
}
