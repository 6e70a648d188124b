package org.serai.hypervisor.simulated;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A machine in memory. Its guest ticks on the scheduler while it runs. */
public final class SimulatedMachine implements Machine {
    /** The console log in a machine's directory. */
    static final String CONSOLE = "console.log";

    private static final Logger LOG = LoggerFactory.getLogger(SimulatedMachine.class);
    private static final int PIECE_BYTES = 16 << 10;

    private final MachineSpec spec;
    private final SimulatedGuest guest;
    private final String shape;
    private final long intervalMs;
    private final ScheduledExecutorService scheduler;
    private final List<Runnable> endActions = new ArrayList<>();
    private MachineState state = MachineState.PAUSED;
    private boolean capturing;
    /** As with QEMU, a capture has to be followed by a resume before the next. */
    private boolean captured;

    private Optional<ScheduledFuture<?>> ticks = Optional.empty();

    SimulatedMachine(
            MachineSpec spec, SimulatedGuest guest, String shape, long intervalMs, ScheduledExecutorService scheduler) {
        this.spec = spec;
        this.guest = guest;
        this.shape = shape;
        this.intervalMs = intervalMs;
        this.scheduler = scheduler;
    }

    MachineSpec spec() {
        return spec;
    }

    @Override
    public synchronized MachineState state() {
        return state;
    }

    @Override
    public synchronized void pause() {
        checkAlive();
        halt();
        state = MachineState.PAUSED;
    }

    @Override
    public synchronized void resume() {
        checkAlive();
        if (capturing) {
            throw wrongState("cannot be resumed now", "its state is being captured");
        }
        captured = false;
        if (state == MachineState.PAUSED) {
            state = MachineState.RUNNING;
            ticks = Optional.of(
                    scheduler.scheduleAtFixedRate(this::tick, intervalMs, intervalMs, TimeUnit.MILLISECONDS));
        }
    }

    private synchronized void tick() {
        if (state == MachineState.RUNNING) {
            print(guest.tick());
        }
    }

    private void print(String line) {
        try {
            Files.writeString(consoleLog(), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.warn("the console of machine {} cannot be written", spec.name(), e);
        }
    }

    @Override
    public void stop(Duration grace) {
        synchronized (this) {
            if (state == MachineState.RUNNING && grace.isPositive()) {
                print(guest.powerdown());
            }
        }
        kill();
    }

    @Override
    public void kill() {
        List<Runnable> actions;
        synchronized (this) {
            halt();
            state = MachineState.ENDED;
            actions = List.copyOf(endActions);
            endActions.clear();
        }
        actions.forEach(Runnable::run);
    }

    /** The fault that its process dies: to all who look it has ended, and nobody asked for it. */
    public void endByItself() {
        kill();
    }

    private void halt() {
        ticks.ifPresent(running -> running.cancel(false));
        ticks = Optional.empty();
    }

    @Override
    public Path consoleLog() {
        return spec.directory().resolve(CONSOLE);
    }

    @Override
    public List<Long> pids() {
        return List.of();
    }

    @Override
    public void onEnd(Runnable action) {
        synchronized (this) {
            if (state != MachineState.ENDED) {
                endActions.add(action);
                return;
            }
        }
        action.run();
    }

    void capture(WritableByteChannel sink, OptionalLong failAfterBytes) {
        byte[] whole = beginCapture();
        try {
            for (int offset = 0; offset < whole.length; offset += PIECE_BYTES) {
                if (failAfterBytes.isPresent() && offset >= failAfterBytes.getAsLong()) {
                    throw new IOException("a fault was asked for");
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException("the calling thread was interrupted");
                }
                ByteBuffer piece = ByteBuffer.wrap(whole, offset, Math.min(PIECE_BYTES, whole.length - offset));
                while (piece.hasRemaining()) {
                    sink.write(piece);
                }
                synchronized (this) {
                    checkAlive();
                }
            }
        } catch (IOException e) {
            throw HypervisorError.CAPTURE_FAILED.error(
                    "The state of machine " + spec.name() + " could not be captured",
                    String.valueOf(e.getMessage()),
                    "resume it, see what the cause says, and try again",
                    e);
        } finally {
            synchronized (this) {
                capturing = false;
            }
        }
    }

    private synchronized byte[] beginCapture() {
        checkAlive();
        if (capturing) {
            throw wrongState("cannot be captured now", "its state is being captured already");
        }
        pause();
        if (captured) {
            throw wrongState("cannot be captured now", "its capture was tried since it last ran");
        }
        capturing = true;
        captured = true;
        return guest.state(shape);
    }

    private SeraiException wrongState(String what, String why) {
        return HypervisorError.WRONG_STATE.error("Machine " + spec.name() + " " + what, why, "resume it first");
    }

    private void checkAlive() {
        if (state == MachineState.ENDED) {
            throw HypervisorError.MACHINE_GONE.error(
                    "Machine " + spec.name() + " has ended", "it was stopped, or ended by itself", "start it again");
        }
    }
}
