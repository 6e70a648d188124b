package org.serai.hypervisor.simulated;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.serai.hypervisor.Compatibility;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineSpec.IscsiDisk;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.hypervisor.spi.StateCapture;

/** The backend for machines in memory. */
@Component(
        service = {Hypervisor.class, StateCapture.class},
        property = "hypervisor.backend=simulated")
public final class SimulatedHypervisor implements Hypervisor, StateCapture {
    private static final Pattern INTERVAL = Pattern.compile("\\bserai\\.interval_ms=([1-9][0-9]{0,8})\\b");
    private static final long INTERVAL_MS = 1000;
    private static final long MEMORY_BYTES_MIN = 1 << 20;

    private final ScheduledExecutorService scheduler;
    private final RandomGenerator random;
    private final SimulatedFaults faults;
    private final List<SimulatedMachine> machines = new CopyOnWriteArrayList<>();

    /** For the component runtime. */
    @Activate
    public SimulatedHypervisor() {
        this(
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("simulated-guests").factory()),
                new SecureRandom(),
                new SimulatedFaults());
    }

    /**
     * For tests and the simulator.
     *
     * @param scheduler on which all guests run
     * @param random from which each boot takes its id
     */
    public SimulatedHypervisor(ScheduledExecutorService scheduler, RandomGenerator random, SimulatedFaults faults) {
        this.scheduler = scheduler;
        this.random = random;
        this.faults = faults;
    }

    @Deactivate
    void deactivate() {
        scheduler.shutdownNow();
    }

    @Override
    public Host host() {
        return new Host(true, "simulated 1", "none", "");
    }

    @Override
    public Machine start(MachineSpec spec) {
        check(spec);
        faults.takeStartFailure().ifPresent(cause -> {
            throw HypervisorError.START_FAILED.error(
                    "Machine " + spec.name() + " could not be started", cause, "start it again");
        });
        return machine(
                spec, SimulatedGuest.boot(random.nextLong(), !spec.disks().isEmpty()));
    }

    @Override
    public Optional<UUID> machineAt(String target) {
        return machines.stream()
                .map(SimulatedMachine::spec)
                .filter(spec ->
                        spec.disks().stream().anyMatch(disk -> disk.target().equals(target)))
                .map(MachineSpec::id)
                .findFirst();
    }

    @Override
    public Optional<Path> consoleLog(Path directory) {
        return Optional.of(directory.resolve(SimulatedMachine.CONSOLE));
    }

    @Override
    public Compatibility compatibility(MachineSpec spec) {
        check(spec);
        Map<String, String> facts = new TreeMap<>();
        facts.put("hypervisor", "simulated");
        facts.put("version", "1");
        facts.put("cpus", Integer.toString(spec.cpus()));
        facts.put("memory_bytes", Long.toString(spec.memoryBytes()));
        facts.put("append", spec.append());
        for (IscsiDisk disk : spec.disks()) {
            facts.put("device.disk" + disk.slot(), "slot " + disk.slot());
        }
        return new Compatibility(Map.copyOf(facts));
    }

    @Override
    public void capture(Machine machine, WritableByteChannel sink) {
        if (!(machine instanceof SimulatedMachine ours)) {
            throw HypervisorError.WRONG_STATE.error(
                    "The machine's state cannot be captured by the simulated hypervisor",
                    "it was made by another backend",
                    "ask the backend that made it");
        }
        ours.capture(sink, faults.takeCaptureFailure());
    }

    @Override
    public Machine restore(MachineSpec spec, ReadableByteChannel state) {
        check(spec);
        try {
            DataInputStream in = new DataInputStream(Channels.newInputStream(state));
            SimulatedGuest guest = SimulatedGuest.of(in, shape(spec));
            String fault = faults.takeRestoreFailure().orElse("");
            if (!fault.isEmpty()) {
                throw new IOException(fault);
            }
            return machine(spec, guest);
        } catch (IOException e) {
            throw HypervisorError.RESTORE_FAILED.error(
                    "The state of machine " + spec.name() + " could not be restored",
                    e.getMessage() == null ? "the state is cut short" : e.getMessage(),
                    "check that the state is whole and was made from the same definition",
                    e);
        }
    }

    private SimulatedMachine machine(MachineSpec spec, SimulatedGuest guest) {
        Matcher interval = INTERVAL.matcher(spec.append());
        long intervalMs = interval.find() ? Long.parseLong(interval.group(1)) : INTERVAL_MS;
        SimulatedMachine machine = new SimulatedMachine(spec, guest, shape(spec), intervalMs, scheduler);
        machines.add(machine);
        machine.onEnd(() -> machines.remove(machine));
        return machine;
    }

    /** What a real hypervisor refuses to restore with if it differs. */
    private static String shape(MachineSpec spec) {
        return spec.memoryBytes() + " bytes of memory, " + spec.cpus() + " CPUs, disks in slots "
                + spec.disks().stream().map(IscsiDisk::slot).toList();
    }

    private static void check(MachineSpec spec) {
        if (spec.memoryBytes() < MEMORY_BYTES_MIN || spec.cpus() < 1) {
            throw bad(spec, "it has " + spec.memoryBytes() + " bytes of memory and " + spec.cpus() + " CPUs");
        }
        for (Path file : new Path[] {spec.kernel(), spec.initrd()}) {
            if (!Files.isReadable(file)) {
                throw bad(spec, file + " is not a readable file");
            }
        }
        if (!Files.isDirectory(spec.directory())) {
            throw bad(spec, "its directory " + spec.directory() + " is not there");
        }
        Set<Integer> slots = new HashSet<>();
        for (IscsiDisk disk : spec.disks()) {
            if (!slots.add(disk.slot())) {
                throw bad(spec, "two disks are in slot " + disk.slot());
            }
        }
    }

    private static RuntimeException bad(MachineSpec spec, String cause) {
        return HypervisorError.BAD_DEFINITION.error(
                "Machine " + spec.name() + " cannot be made", cause, "correct the definition");
    }
}
