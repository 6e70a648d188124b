package org.serai.partition.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.serai.hypervisor.Compatibility;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineState;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.hypervisor.spi.StateCapture;

/** Machines whose whole state is a counter and some ballast, and a witness of every one that ever ran twice. */
final class MemoryHypervisor implements Hypervisor, StateCapture {
    /** A full chunk of an image and a part of one. */
    static final int BALLAST_BYTES = 1_300_000;

    private static final byte[] BALLAST = ballast();

    final Map<String, String> facts = new TreeMap<>(Map.of("machine", "memory-1"));
    final List<MemoryMachine> machines = new CopyOnWriteArrayList<>();
    private final Set<UUID> running;
    volatile RuntimeException failNextStart;
    volatile RuntimeException failNextRun;
    /** Who is at every adapter, whatever was started there. */
    volatile Optional<UUID> intruder = Optional.empty();

    /**
     * Which partitions run in the whole cluster, and how often each has written to its disks: a second one that runs, or
     * one that goes on from before the last write, is an error that no caller can hide.
     */
    record Witness(Set<UUID> running, Map<UUID, Long> written, List<String> crimes) {
        Witness() {
            this(ConcurrentHashMap.newKeySet(), new ConcurrentHashMap<>(), new CopyOnWriteArrayList<>());
        }
    }

    private final Witness witness;

    MemoryHypervisor(Witness witness) {
        this.witness = witness;
        this.running = witness.running();
    }

    @Override
    public Host host() {
        return new Host(true, "memory 1", "none", "");
    }

    @Override
    public Machine start(MachineSpec spec) {
        RuntimeException failure = failNextStart;
        if (failure != null) {
            failNextStart = null;
            throw failure;
        }
        MemoryMachine machine = new MemoryMachine(spec, 0, witness.written().getOrDefault(spec.id(), 0L));
        machines.add(machine);
        return machine;
    }

    @Override
    public Optional<UUID> machineAt(String target) {
        return intruder.or(() -> machines.stream()
                .filter(machine -> machine.state() != MachineState.ENDED)
                .map(machine -> machine.spec)
                .filter(spec ->
                        spec.disks().stream().anyMatch(disk -> disk.target().equals(target)))
                .map(MachineSpec::id)
                .findFirst());
    }

    @Override
    public Optional<Path> consoleLog(Path directory) {
        return Optional.of(directory.resolve("console.log"));
    }

    @Override
    public Compatibility compatibility(MachineSpec spec) {
        return new Compatibility(facts);
    }

    @Override
    public void capture(Machine machine, WritableByteChannel sink) {
        machine.pause();
        try {
            ByteBuffer state = ByteBuffer.allocate(16 + BALLAST_BYTES);
            state.putLong(find(machine).counter).putLong(find(machine).written);
            state.put(BALLAST).flip();
            while (state.hasRemaining()) {
                sink.write(state);
            }
        } catch (IOException | RuntimeException e) {
            throw HypervisorError.CAPTURE_FAILED.error("the state cannot be captured", e.getMessage(), "try again", e);
        }
    }

    private static byte[] ballast() {
        byte[] bytes = new byte[BALLAST_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 >> 3);
        }
        return bytes;
    }

    @Override
    public Machine restore(MachineSpec spec, ReadableByteChannel state) {
        RuntimeException failure = failNextStart;
        if (failure != null) {
            failNextStart = null;
            throw failure;
        }
        try {
            ByteBuffer all = ByteBuffer.allocate(16 + BALLAST_BYTES);
            while (all.hasRemaining() && state.read(all) >= 0) {
                Thread.onSpinWait();
            }
            if (all.hasRemaining() || state.read(ByteBuffer.allocate(1)) >= 0) {
                throw HypervisorError.RESTORE_FAILED.error("the state is not whole", "its length", "look at it");
            }
            MemoryMachine machine = new MemoryMachine(spec, all.getLong(0), all.getLong(8));
            machines.add(machine);
            return machine;
        } catch (IOException e) {
            throw HypervisorError.RESTORE_FAILED.error("the state cannot be read", e.getMessage(), "look at it", e);
        }
    }

    /** The real machine behind whatever a process sees. */
    private MemoryMachine find(Machine seen) {
        Path console = seen.consoleLog();
        return machines.stream()
                .filter(m -> m.console.equals(console))
                .findFirst()
                .orElseThrow();
    }

    final class MemoryMachine implements Machine {
        final MachineSpec spec;
        final Path console = Path.of("console-" + UUID.randomUUID());
        private final List<Runnable> onEnd = new CopyOnWriteArrayList<>();
        volatile long counter;
        private volatile long written;
        private MachineState state = MachineState.PAUSED;

        MemoryMachine(MachineSpec spec, long counter, long written) {
            this.spec = spec;
            this.written = written;
            this.counter = counter;
        }

        @Override
        public synchronized MachineState state() {
            return state;
        }

        @Override
        public synchronized void pause() {
            alive();
            if (state == MachineState.RUNNING) {
                state = MachineState.PAUSED;
                running.remove(spec.id());
            }
        }

        @Override
        public synchronized void resume() {
            alive();
            RuntimeException failure = failNextRun;
            if (failure != null) {
                failNextRun = null;
                throw failure;
            }
            if (state == MachineState.PAUSED) {
                state = MachineState.RUNNING;
                if (!running.add(spec.id())) {
                    witness.crimes().add(spec.name() + " ran twice");
                }
                if (witness.written().getOrDefault(spec.id(), 0L) != written) {
                    witness.crimes().add(spec.name() + " went on from before its last write");
                }
                written++;
                witness.written().put(spec.id(), written);
            }
        }

        @Override
        public void stop(Duration grace) {
            kill();
        }

        @Override
        public void kill() {
            synchronized (this) {
                if (state == MachineState.ENDED) {
                    return;
                }
                if (state == MachineState.RUNNING) {
                    running.remove(spec.id());
                }
                state = MachineState.ENDED;
            }
            onEnd.forEach(Runnable::run);
        }

        @Override
        public Path consoleLog() {
            return console;
        }

        @Override
        public List<Long> pids() {
            return List.of();
        }

        @Override
        public void onEnd(Runnable action) {
            onEnd.add(action);
            if (state() == MachineState.ENDED && onEnd.remove(action)) {
                action.run();
            }
        }

        private void alive() {
            if (state == MachineState.ENDED) {
                throw HypervisorError.MACHINE_GONE.error("the machine", "it has ended", "start it again");
            }
        }
    }
}
