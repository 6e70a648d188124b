package org.serai.launcher.bench;

import static org.serai.launcher.bench.Table.median;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.serai.launcher.nodes.GuestLog;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.launcher.nodes.Script;

/**
 * A guest with 256 MiB, of which 64 MiB are filled with what does not compress: hibernated into an LU and resumed, beside
 * a guest of the same kernel, processor, memory and adapter in a plain QEMU with a disk on a file, which migrates to a
 * file and back. Both as the caller sees them: ours from the command to its end, QEMU's without its own end, and its file
 * not forced to the disk; what forcing it takes is a row of its own.
 */
final class HibernateBench {
    private static final String APPEND = "console=ttyS0 quiet serai.fill=64M";

    private final Path folder;
    private final int rounds;
    private final Path guest = Path.of(System.getProperty("serai.project"), "launcher", "target", "guest");

    HibernateBench(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    Table run() throws IOException, InterruptedException {
        double[][] saveMs = new double[2][rounds];
        double[][] restoreMs = new double[2][rounds];
        double[] forcedMs = new double[rounds];
        long[] bytes = new long[2];
        NodeProcess node = new NodeProcess(Script.ofThisCheckout(), folder.resolve("node"));
        node.start();
        try {
            Path console = boot(node);
            for (int round = 0; round < rounds; round++) {
                long begun = System.nanoTime();
                JsonNode hibernated = node.json("lpar:hibernate guest");
                saveMs[0][round] = sinceMs(begun);
                bytes[0] = hibernated.at("/lpar/image/stored_bytes").asLong();
                begun = System.nanoTime();
                JsonNode resumed = node.json("lpar:resume guest");
                restoreMs[0][round] = sinceMs(begun);
                System.err.println("  round " + (round + 1) + " of " + rounds + ": hibernate "
                        + hibernated.path("times_ms") + ", resume " + resumed.path("times_ms"));
                // Its next line: it runs, and is past what waking up costs it.
                new GuestLog(console).await(any -> true, Duration.ofSeconds(30), "go on");
                peer(round, saveMs[1], forcedMs, restoreMs[1], bytes);
            }
        } finally {
            node.killEverything();
        }
        return new Table(
                        "Medians of " + rounds + "; ours with checksums, compression, the journal and a synced LU.",
                        "",
                        "Serai",
                        "QEMU to a file",
                        "ratio",
                        "aim")
                .row(row("hibernate", saveMs, "≤ 1.3"))
                .row(row("hibernate, QEMU's file forced to the disk", new double[][] {saveMs[0], forcedMs}, ""))
                .row(row("restore and run", restoreMs, "≤ 1.2"))
                .row(
                        "bytes stored",
                        Long.toString(bytes[0]),
                        Long.toString(bytes[1]),
                        "%.2f".formatted((double) bytes[0] / bytes[1]),
                        "");
    }

    private Path boot(NodeProcess node) throws IOException, InterruptedException {
        node.exec("cluster:create bench");
        node.exec("pool:create pool1 --pv " + folder.resolve("pv1") + ":4G");
        node.exec("client:create bench");
        node.exec("lu:create disk --pool pool1 --client bench --size 1G");
        node.exec("lpar:create guest --client bench --memory 256M --cpus 1 --kernel " + guest.resolve("vmlinux")
                + " --initrd " + guest.resolve("initrd.img") + " --lu disk --append '" + APPEND + "'");
        node.exec("lpar:start guest");
        Path console = Path.of(node.json("lpar:info guest").path("console_log").asText());
        awaitCounting(console);
        return console;
    }

    private static String[] row(String name, double[][] ms, String aim) {
        double ours = median(ms[0]);
        double theirs = median(ms[1]);
        return new String[] {
            name, "%.0f ms".formatted(ours), "%.0f ms".formatted(theirs), "%.2f".formatted(ours / theirs), aim
        };
    }

    private void peer(int round, double[] saveMs, double[] forcedMs, double[] restoreMs, long[] bytes)
            throws IOException, InterruptedException {
        Path state = folder.resolve("peer.state");
        Path console = folder.resolve("peer.console." + round);
        try (RandomAccessFile disk = new RandomAccessFile(disk().toFile(), "rw")) {
            disk.setLength(1L << 30);
        }
        try (Monitor qemu = new Monitor(command(console))) {
            awaitCounting(console);
            qemu.command("migrate_set_parameter max-bandwidth 1000G");
            long begun = System.nanoTime();
            qemu.command("stop");
            // In the background: in the foreground the monitor looks once a second whether it has ended.
            qemu.command("migrate -d \"exec:cat > " + state + "\"");
            awaitSaid(qemu, "info migrate", "Migration status: completed");
            saveMs[round] = sinceMs(begun);
            try (FileChannel file = FileChannel.open(state, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            forcedMs[round] = sinceMs(begun);
        }
        bytes[1] = Files.size(state);
        long begun = System.nanoTime();
        List<String> incoming = command(folder.resolve("peer.restored." + round));
        incoming.addAll(List.of("-incoming", "exec:cat " + state));
        try (Monitor qemu = new Monitor(incoming)) {
            awaitSaid(qemu, "info migrate", "Migration status: completed");
            qemu.command("cont"); // the file tells that the machine was paused
            awaitSaid(qemu, "info status", "VM status: running");
            restoreMs[round] = sinceMs(begun);
        }
        Files.delete(state);
        Files.delete(disk());
    }

    private static void awaitSaid(Monitor qemu, String question, String answer)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (!qemu.command(question).contains(answer)) {
            if (sinceMs(begun) > Duration.ofMinutes(1).toMillis()) {
                throw new IllegalStateException("QEMU did not come to say: " + answer);
            }
            Thread.sleep(2);
        }
    }

    private Path disk() {
        return folder.resolve("peer.disk");
    }

    private List<String> command(Path console) {
        List<String> line = new ArrayList<>(List.of("qemu-system-x86_64"));
        add(line, "-machine", "pc-q35-7.2,accel=tcg");
        add(line, "-cpu", "max");
        add(line, "-m", "256M");
        line.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none"));
        add(line, "-serial", "file:" + console);
        add(line, "-monitor", "stdio");
        add(line, "-kernel", guest.resolve("vmlinux").toString());
        add(line, "-initrd", guest.resolve("initrd.img").toString());
        add(line, "-append", APPEND);
        add(line, "-device", "virtio-scsi-pci,id=vscsi0,bus=pcie.0,addr=0x4");
        add(line, "-blockdev", "driver=file,node-name=lu0,cache.direct=on,filename=" + disk());
        add(line, "-device", "scsi-hd,bus=vscsi0.0,drive=lu0");
        return line;
    }

    private static void add(List<String> line, String option, String value) {
        line.add(option);
        line.add(value);
    }

    private static void awaitCounting(Path console) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!Files.exists(console)
                || !Files.readString(console, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains("counter=3")) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the guest did not count; its console: " + console);
            }
            Thread.sleep(100);
        }
    }

    private static double sinceMs(long begunNs) {
        return (System.nanoTime() - begunNs) / 1e6;
    }
}
