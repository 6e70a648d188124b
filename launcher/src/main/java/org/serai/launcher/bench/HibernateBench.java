package org.serai.launcher.bench;

import static org.serai.launcher.bench.Table.median;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.launcher.nodes.Script;

/**
 * A guest with 256 MiB, of which 64 MiB are filled with what does not compress: hibernated into an LU and resumed, beside
 * the same guest in a plain QEMU that migrates to a file and back.
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
        long[] bytes = new long[2];
        NodeProcess node = new NodeProcess(Script.ofThisCheckout(), folder.resolve("node"));
        node.start();
        try {
            node.exec("cluster:create bench");
            node.exec("pool:create pool1 --pv " + folder.resolve("pv1") + ":4G");
            node.exec("client:create bench");
            node.exec("lu:create disk --pool pool1 --client bench --size 1G");
            node.exec("lpar:create guest --client bench --memory 256M --cpus 1 --kernel " + guest.resolve("vmlinux")
                    + " --initrd " + guest.resolve("initrd.img") + " --lu disk --append '" + APPEND + "'");
            node.exec("lpar:start guest");
            await(Path.of(node.json("lpar:info guest").path("console_log").asText()));
            for (int round = 0; round < rounds; round++) {
                JsonNode hibernated = node.json("lpar:hibernate guest");
                bytes[0] = hibernated
                        .path("lpar")
                        .path("image")
                        .path("stored_bytes")
                        .asLong();
                saveMs[0][round] =
                        hibernated.path("times_ms").path("hibernate_ms").asDouble();
                long begun = System.nanoTime();
                node.exec("lpar:resume guest");
                restoreMs[0][round] = sinceMs(begun);
                peer(round, saveMs[1], restoreMs[1], bytes);
                System.err.println("  round " + (round + 1) + " of " + rounds);
            }
        } finally {
            node.killEverything();
        }
        return new Table(
                        "Medians of " + rounds + "; ours with checksums, compression and the journal, QEMU's plain.",
                        "",
                        "Serai",
                        "QEMU to a file",
                        "ratio",
                        "aim")
                .row(row("hibernate", saveMs, "≤ 1.3"))
                .row(row("restore and run", restoreMs, "≤ 1.2"))
                .row(
                        "bytes stored",
                        Long.toString(bytes[0]),
                        Long.toString(bytes[1]),
                        "%.2f".formatted((double) bytes[0] / bytes[1]),
                        "");
    }

    private static String[] row(String name, double[][] ms, String aim) {
        double ours = median(ms[0]);
        double theirs = median(ms[1]);
        return new String[] {
            name, "%.0f ms".formatted(ours), "%.0f ms".formatted(theirs), "%.2f".formatted(ours / theirs), aim
        };
    }

    private void peer(int round, double[] saveMs, double[] restoreMs, long[] bytes)
            throws IOException, InterruptedException {
        Path state = folder.resolve("peer.state");
        Path console = folder.resolve("peer.console." + round);
        try (Monitor qemu = new Monitor(command(console))) {
            await(console);
            qemu.command("migrate_set_parameter max-bandwidth 1000G");
            long begun = System.nanoTime();
            qemu.command("stop");
            qemu.command("migrate \"exec:cat > " + state + "\"");
            saveMs[round] = sinceMs(begun);
            if (!qemu.command("info migrate").contains("completed")) {
                throw new IllegalStateException("QEMU's own migration did not complete");
            }
        }
        bytes[1] = Files.size(state);
        long begun = System.nanoTime();
        List<String> incoming = command(folder.resolve("peer.restored." + round));
        incoming.addAll(List.of("-incoming", "exec:cat " + state));
        try (Monitor qemu = new Monitor(incoming)) {
            while (!qemu.command("info status").contains("running")) {
                if (sinceMs(begun) > Duration.ofMinutes(1).toMillis()) {
                    throw new IllegalStateException("QEMU's own restore did not run");
                }
                qemu.command("cont");
            }
            restoreMs[round] = sinceMs(begun);
        }
    }

    private List<String> command(Path console) {
        return new ArrayList<>(List.of(
                "qemu-system-x86_64",
                "-machine",
                "pc-q35-7.2",
                "-accel",
                "tcg",
                "-m",
                "256M",
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-serial",
                "file:" + console,
                "-monitor",
                "stdio",
                "-kernel",
                guest.resolve("vmlinux").toString(),
                "-initrd",
                guest.resolve("initrd.img").toString(),
                "-append",
                APPEND + " serai.nodisk"));
    }

    private static void await(Path console) throws IOException, InterruptedException {
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
