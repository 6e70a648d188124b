package org.serai.hypervisor.qemu;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.Compatibility;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineSpec.IscsiDisk;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.hypervisor.spi.StateCapture;

/** The backend QEMU. */
@Component(
        service = {Hypervisor.class, StateCapture.class},
        configurationPid = "org.serai.qemu",
        property = "hypervisor.backend=qemu")
@Designate(ocd = QemuConfiguration.class)
public final class QemuHypervisor implements Hypervisor, StateCapture {
    private final Settings settings;
    private final HostProbe probe;
    private final Digests digests = new Digests();
    private final StateTransfer transfer;
    private final Occupants occupants = new Occupants();

    /** For the component runtime. */
    @Activate
    public QemuHypervisor(QemuConfiguration configuration) {
        this(Settings.of(configuration));
    }

    QemuHypervisor(Settings settings) {
        this.settings = settings;
        this.probe = new HostProbe(settings);
        this.transfer = new StateTransfer(settings.commandTimeout());
    }

    @Override
    public Hypervisor.Host host() {
        try {
            QemuHost host = probe.host();
            return new Hypervisor.Host(true, "QEMU " + host.version(), host.accelerator(), "");
        } catch (SeraiException e) {
            return new Hypervisor.Host(false, "", "", e.reason() + ": " + e.action());
        }
    }

    @Override
    public Machine start(MachineSpec spec) {
        return launch(spec, false);
    }

    @Override
    public Machine restore(MachineSpec spec, ReadableByteChannel state) {
        QemuMachine machine = launch(spec, true);
        boolean restored = false;
        try {
            transfer.restore(machine, state);
            restored = true;
            return machine;
        } finally {
            if (!restored) {
                machine.kill();
            }
        }
    }

    @Override
    public void capture(Machine machine, WritableByteChannel sink) {
        if (!(machine instanceof QemuMachine ours)) {
            throw HypervisorError.WRONG_STATE.error(
                    "The machine's state cannot be captured by QEMU",
                    "it was made by another backend",
                    "ask the backend that made it");
        }
        transfer.capture(ours, sink);
    }

    @Override
    public Optional<UUID> machineAt(String target) {
        return occupants.at(target);
    }

    @Override
    public Optional<Path> consoleLog(Path directory) {
        return Optional.of(directory.resolve(CommandLine.CONSOLE));
    }

    @Override
    public Compatibility compatibility(MachineSpec spec) {
        Definition.check(spec);
        QemuHost host = probe.host();
        Map<String, String> facts = new TreeMap<>(CommandLine.devices(spec));
        facts.put("hypervisor", "qemu");
        facts.put("version", host.version());
        facts.put("machine", host.machine());
        facts.put("accelerator", host.accelerator());
        facts.put("cpu", host.cpu());
        facts.put("cpus", Integer.toString(spec.cpus()));
        facts.put("memory", CommandLine.MEMORY_FILE + " before the devices");
        facts.put("memory_bytes", Long.toString(spec.memoryBytes()));
        facts.put("kernel_sha256", digests.sha256(spec.kernel()));
        facts.put("initrd_sha256", digests.sha256(spec.initrd()));
        facts.put("append", spec.append());
        return new Compatibility(Map.copyOf(facts));
    }

    private QemuMachine launch(MachineSpec spec, boolean incoming) {
        Definition.check(spec);
        QemuHost host = probe.host();
        MigrationEvents migration = new MigrationEvents();
        QemuProcess process = null;
        boolean open = false;
        // Before there is a process: it logs in to its disks before it says anything.
        Occupants.Stay stay = occupants.begin(spec);
        try {
            writeSecrets(spec);
            process = QemuProcess.launch(
                    spec.name(), spec.directory(), CommandLine.of(host, spec, incoming), migration::accept);
            process.qmp().open(settings.startTimeout());
            open = true;
            process.ended().whenComplete((_, _) -> stay.end());
            return new QemuMachine(spec.name(), spec.directory(), process, migration, settings.commandTimeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw startFailed(spec, "the calling thread was interrupted", e);
        } catch (QmpException e) {
            // The monitor closes an instant before the process is seen to have ended.
            process.kill();
            String why = e.kind() == QmpException.Kind.GONE ? process.told() : e.getMessage() + "; " + process.told();
            throw startFailed(spec, why, e);
        } catch (IOException e) {
            throw startFailed(spec, e.getMessage(), e);
        } finally {
            if (process != null && !open) {
                process.kill();
            }
            if (!open) {
                stay.end();
            }
            deleteSecrets(spec);
        }
    }

    private static SeraiException startFailed(MachineSpec spec, String cause, Exception thrown) {
        return HypervisorError.START_FAILED.error(
                "Machine " + spec.name() + " could not be started by QEMU",
                cause,
                "mend what the cause names and start it again",
                thrown);
    }

    /** Readable by this user alone from the first instant; QEMU has read them when it answers. */
    private static void writeSecrets(MachineSpec spec) throws IOException {
        for (IscsiDisk disk : spec.disks()) {
            Path file = spec.directory().resolve(CommandLine.secretFile(disk));
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, disk.chapSecret(), StandardCharsets.UTF_8);
        }
    }

    private static void deleteSecrets(MachineSpec spec) {
        for (IscsiDisk disk : spec.disks()) {
            Path file = spec.directory().resolve(CommandLine.secretFile(disk));
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                org.slf4j.LoggerFactory.getLogger(QemuHypervisor.class).warn("cannot delete {}", file, e);
            }
        }
    }
}
