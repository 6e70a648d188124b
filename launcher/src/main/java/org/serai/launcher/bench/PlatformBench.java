package org.serai.launcher.bench;

import static org.serai.launcher.bench.Table.median;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.launcher.nodes.Script;

/** Start, memory, scripted commands, hot deployment. */
final class PlatformBench {
    private final Path folder;
    private final int rounds;
    private final Script script = Script.ofThisCheckout();

    PlatformBench(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    Table run() throws IOException, InterruptedException {
        double[] startMs = new double[rounds];
        double[] residentMb = new double[rounds];
        double[] execMs = new double[rounds];
        double[] deployMs = new double[rounds];
        double[] updateMs = new double[rounds];
        double[] undeployMs = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            NodeProcess node = new NodeProcess(script, folder.resolve("node"));
            long begun = System.nanoTime();
            node.start();
            startMs[round] = sinceMs(begun);
            residentMb[round] = residentKb(node.status().path("pid").asLong()) / 1024.0;
            node.exec("driver:list");
            begun = System.nanoTime();
            node.exec("driver:list --json");
            execMs[round] = sinceMs(begun);
            hotDeploy(node, round, deployMs, updateMs, undeployMs);
            node.stop();
        }
        return new Table(
                        "Medians of " + rounds + "; times as the caller of the script sees them.",
                        "",
                        "measured",
                        "aim")
                .row("start to all components active", ms(startMs), "≤ 1200 ms")
                .row("resident after the start", "%.0f MB".formatted(median(residentMb)), "≤ 150 MB")
                .row("serai exec of a command", ms(execMs), "≤ 150 ms")
                .row("deploy of a driver", ms(deployMs), "≤ 300 ms")
                .row("update of a driver", ms(updateMs), "≤ 200 ms")
                .row("undeploy of a driver", ms(undeployMs), "≤ 150 ms");
    }

    /** A driver that no feature of the node holds goes in, is replaced, and goes out. */
    private void hotDeploy(NodeProcess node, int round, double[] deployMs, double[] updateMs, double[] undeployMs)
            throws IOException, InterruptedException {
        Path driver = exampleDriver();
        Path staged = folder.resolve("staged.jar");
        Path deployed = node.instance().resolve("deploy").resolve("example.jar");

        deployMs[round] = timed(() -> move(driver, staged, deployed), () -> serves(node));
        long before = lastModified(node);
        updateMs[round] =
                timed(() -> move(driver, staged, deployed), () -> lastModified(node) > before && serves(node));
        undeployMs[round] = timed(() -> Files.delete(deployed), () -> !serves(node));
    }

    private static Path exampleDriver() throws IOException {
        Path target = Path.of(System.getProperty("serai.project"), "testing", "example.driver", "target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches("org\\.serai\\..*-[0-9.]+\\.jar"))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException("the example driver is not built: run launcher/verify"));
        }
    }

    private static void move(Path from, Path staged, Path to) throws IOException {
        Files.copy(from, staged, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(staged, java.nio.file.attribute.FileTime.from(java.time.Instant.now()));
        Files.move(staged, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean serves(NodeProcess node) {
        return node.exec("driver:list --json").contains("\"example\"");
    }

    private static long lastModified(NodeProcess node) {
        for (var bundle : node.json("bundle:list")) {
            if (bundle.path("name").asText().contains("example")) {
                return bundle.path("last_modified_ms").asLong();
            }
        }
        return 0;
    }

    private static double timed(Action action, BooleanSupplier done) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        action.run();
        long deadline = begun + Duration.ofSeconds(20).toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("a hot deployment was not seen within 20 s");
            }
        }
        return sinceMs(begun);
    }

    private static long residentKb(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static double sinceMs(long begunNs) {
        return (System.nanoTime() - begunNs) / 1e6;
    }

    private static String ms(double[] values) {
        return "%.0f ms".formatted(median(values));
    }

    private interface Action {
        void run() throws IOException;
    }
}
