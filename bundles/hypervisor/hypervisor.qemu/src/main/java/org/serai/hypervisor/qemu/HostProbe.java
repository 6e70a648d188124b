package org.serai.hypervisor.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.serai.hypervisor.HypervisorError;

/**
 * Finds out what this host's QEMU can do. The answer is kept while the program file stays the same one; a failure is
 * never kept, so that an installation is seen at once.
 */
final class HostProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Path KVM = Path.of("/dev/kvm");
    private static final Pattern VERSION = Pattern.compile("version (\\d+(?:\\.\\d+)+)");
    /** The type of choice: with it a state moves between hosts whose QEMUs differ in age. */
    private static final String MACHINE = "pc-q35-7.2";

    private static final Pattern ALIAS = Pattern.compile("\\(alias of (pc-q35-[\\d.]+)\\)");
    /** All that TCG can emulate; the same on every host with the same QEMU. */
    private static final String CPU_TCG = "max";
    /** What every x86-64 host has, so that a state can move between hosts. */
    private static final String CPU_KVM = "qemu64-v1";

    private final Settings settings;
    private Optional<Known> known = Optional.empty();

    private record Known(Path program, Object identity, QemuHost host) {}

    HostProbe(Settings settings) {
        this.settings = settings;
    }

    synchronized QemuHost host() {
        Path program = program();
        Object identity = identity(program);
        if (known.isEmpty()
                || !known.get().program().equals(program)
                || !known.get().identity().equals(identity)) {
            known = Optional.of(new Known(program, identity, probe(program.toString())));
        }
        return known.get().host();
    }

    private QemuHost probe(String program) {
        Matcher version = VERSION.matcher(run(program, "--version").output());
        if (!version.find()) {
            throw missing(program + " tells no version");
        }
        checkIscsi(program);
        String machine = machine(run(program, "-machine", "help").output());
        Settings.Accelerator wanted = settings.accelerator();
        String why = "configured";
        String accelerator = wanted.word();
        if (wanted == Settings.Accelerator.AUTO) {
            KvmProbe.Verdict verdict = new KvmProbe(program, machine, CPU_KVM, settings.probeKernel()).verdict();
            accelerator = verdict.works() ? "kvm" : "tcg";
            why = verdict.why();
        } else if (wanted == Settings.Accelerator.KVM && !Files.isWritable(KVM)) {
            throw missing(KVM + " cannot be opened, and qemu.accelerator is kvm");
        }
        String cpu = accelerator.equals("kvm") ? CPU_KVM : CPU_TCG;
        org.slf4j.LoggerFactory.getLogger(HostProbe.class)
                .info("QEMU {} with {}, accelerator {}: {}", version.group(1), machine, accelerator, why);
        return new QemuHost(program, version.group(1), machine, accelerator, cpu, why);
    }

    /** The driver is a module of its own package; only using it shows whether it loads. */
    private void checkIscsi(String program) {
        String output = run(
                        program,
                        "-machine",
                        "none",
                        "-display",
                        "none",
                        "-nodefaults",
                        "-blockdev",
                        "driver=iscsi,node-name=probe,transport=tcp,portal=127.0.0.1:1,target=iqn.probe,lun=0,"
                                + "initiator-name=iqn.probe")
                .output();
        if (output.contains("Unknown driver") || output.contains("does not accept value 'iscsi'")) {
            throw missing("this QEMU has no iSCSI block driver");
        }
    }

    private static String machine(String list) {
        if (list.lines().anyMatch(line -> line.startsWith(MACHINE + " "))) {
            return MACHINE;
        }
        Matcher alias = ALIAS.matcher(list);
        if (!alias.find()) {
            throw missing("this QEMU lists no pc-q35 machine type");
        }
        return alias.group(1);
    }

    private Path program() {
        Path asked = Path.of(settings.binary());
        if (asked.isAbsolute()) {
            return executable(asked).orElseThrow(() -> missing(asked + " is no program"));
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        for (String directory : path.split(":")) {
            Optional<Path> found =
                    executable(Path.of(directory.isEmpty() ? "." : directory).resolve(asked));
            if (found.isPresent()) {
                return found.get().toAbsolutePath();
            }
        }
        throw missing(asked + " is not installed");
    }

    private static Optional<Path> executable(Path file) {
        return Optional.of(file).filter(Files::isRegularFile).filter(Files::isExecutable);
    }

    private static Object identity(Path program) {
        try {
            Path real = program.toRealPath();
            return List.of(real, Files.getLastModifiedTime(real), Files.size(real));
        } catch (IOException e) {
            throw HypervisorError.NOT_AVAILABLE.error(
                    "QEMU cannot be used here", "cannot read " + program + ": " + e.getMessage(), "install it anew", e);
        }
    }

    private static ShortRun.Result run(String... line) {
        try {
            ShortRun.Result result = ShortRun.of(List.of(line), TIMEOUT);
            if (!result.ended()) {
                throw missing(String.join(" ", line) + " does not end within " + TIMEOUT.toSeconds() + " s");
            }
            return result;
        } catch (IOException e) {
            throw missing("cannot run " + line[0] + ": " + e.getMessage());
        }
    }

    private static RuntimeException missing(String what) {
        return HypervisorError.NOT_AVAILABLE.error(
                "QEMU cannot be used here", what, "apt-get install qemu-system-x86 qemu-block-extra");
    }
}
