package org.serai.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A Linux host in QEMU, built by launcher/guest/initiator.sh: the kernel's iSCSI initiator, device mapper multipath with the
 * ALUA handler, and Debian's tools for them. It is given commands on its second serial port and answers there; its kernel
 * writes to the first one, which is a file. It reaches the loopback address of this machine, and nothing else that is
 * needed, at 10.0.2.2.
 */
final class LinuxHost implements AutoCloseable {
    /** Built before the tests. */
    private static final Path BUILT = Path.of(System.getProperty("serai.project"), "launcher", "target", "initiator");

    private static final String MEMORY = "256M";
    private static final String HERE = "10.0.2.2";
    private static final String GONE = "(the end of the host)";
    private static final Duration PATIENCE = Duration.ofSeconds(300);

    private final String name;
    private final Process process;
    private final Path kernelLog;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private int number;

    /** How a command ended, and the lines that it printed. */
    record Answer(int status, List<String> lines) {}

    private LinuxHost(String name, Process process, Path kernelLog) {
        this.name = name;
        this.process = process;
        this.kernelLog = kernelLog;
    }

    /** Begins to boot a host whose initiator's name is {@link #initiator}; {@link #ready} waits for it. */
    static LinuxHost boot(Path folder, String name) {
        Path kernelLog = folder.resolve(name + ".kernel.log");
        String arguments =
                "console=ttyS0 quiet panic=-1 net.ifnames=0 serai.timeout_s=5 serai.initiator=" + initiator(name);
        List<String> command = List.of(
                "qemu-system-x86_64 -machine pc-q35-7.2,accel=tcg -cpu max -smp 1 -nodefaults -display none -no-reboot",
                "-m " + MEMORY,
                "-kernel " + BUILT.resolve("vmlinux") + " -initrd " + BUILT.resolve("initrd.img"),
                "-drive if=none,id=root,format=raw,readonly=on,file=" + BUILT.resolve("root.img"),
                "-device virtio-blk-pci,drive=root",
                "-netdev user,id=net -device virtio-net-pci,netdev=net,romfile=",
                "-serial file:" + kernelLog + " -serial stdio");
        List<String> words = new ArrayList<>(List.of(String.join(" ", command).split(" ")));
        words.addAll(List.of("-append", arguments));
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            LinuxHost host = new LinuxHost(name, process, kernelLog);
            Thread.ofPlatform().daemon().name(name).start(host::listen);
            return host;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String initiator(String name) {
        return "iqn.2004-10.com.example:" + name;
    }

    private void listen() {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line.strip());
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
        lines.add(GONE);
    }

    /** Returns when it takes commands. */
    LinuxHost ready() {
        linesUntil("SERAI ready", "boot");
        return this;
    }

    private List<String> linesUntil(String mark, String what) {
        List<String> before = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String line = next(deadline - System.nanoTime());
            if (line.startsWith(mark)) {
                before.add(line);
                return before;
            }
            if (line.equals(GONE)) {
                throw new AssertionError("host " + name + " did not " + what + " within " + PATIENCE + ", but said "
                        + before + "; its kernel: " + kernelSaid());
            }
            before.add(line);
        }
    }

    private String next(long nanos) {
        try {
            String line = lines.poll(nanos, TimeUnit.NANOSECONDS);
            return line == null ? GONE : line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while host " + name + " worked", e);
        }
    }

    private String kernelSaid() {
        try {
            List<String> said = Files.readAllLines(kernelLog);
            return String.join("\n", said.subList(Math.max(0, said.size() - 50), said.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Runs a line of shell. */
    Answer tried(String command) {
        number++;
        try {
            process.outputWriter().write(number + " " + command + "\n");
            process.outputWriter().flush();
        } catch (IOException e) {
            throw new AssertionError("host " + name + " has gone: " + kernelSaid(), e);
        }
        List<String> said = linesUntil("SERAI " + number + " exit=", "run " + command);
        String status = said.removeLast();
        String mark = "SERAI " + number + " | ";
        return new Answer(
                Integer.parseInt(status.substring(status.indexOf('=') + 1)),
                said.stream()
                        .filter(line -> line.startsWith(mark))
                        .map(line -> line.substring(mark.length()))
                        .toList());
    }

    /** Runs a line of shell, which has to succeed, and returns what it printed. */
    String run(String command) {
        Answer answer = tried(command);
        String said = String.join("\n", answer.lines());
        if (answer.status() != 0) {
            throw new AssertionError(
                    "host " + name + ": " + command + " ended with " + answer.status() + " and said\n" + said);
        }
        return said;
    }

    /** Finds the portals of a URL's target by SendTargets, and logs in at each. */
    void logIn(String url) {
        URI uri = URI.create(url);
        String target = target(url);
        String found = run("iscsiadm -m discovery -t sendtargets -p " + HERE + ":" + uri.getPort()
                + " && iscsiadm -m node -o delete -T " + target);
        for (String line : found.split("\n")) {
            if (line.endsWith(" " + target)) {
                String portal = HERE + line.substring(line.indexOf(':'), line.indexOf(' '));
                run("iscsiadm -m node -o new -T " + target + " -p " + portal);
            }
        }
        run("iscsiadm -m node -T " + target + " -l && udevadm settle");
    }

    /** The SCSI disk behind one portal, without multipath. */
    static String disk(String url) {
        return "/dev/disk/by-path/ip-" + HERE + ":" + URI.create(url).getPort() + "-iscsi-" + target(url) + "-lun-0";
    }

    private static String target(String url) {
        String path = URI.create(url).getPath();
        return path.substring(1, path.lastIndexOf('/'));
    }

    /** The disk of all paths to an LU, by the LU's id. */
    static String multipath(String id) {
        return "/dev/mapper/1SERAI_" + id;
    }

    /** What its kernel has logged since the last call. */
    List<String> kernelLog() {
        return List.of(run("dmesg -c").split("\n"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
