package org.serai.launcher.bench;

import static org.serai.launcher.bench.Table.median;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.serai.launcher.bench.QemuLoad.Outcome;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.launcher.nodes.Script;

/**
 * {@code qemu-img bench} on an LU of Serai, on one of tgt, and on the same amount by nbdkit, turn by turn; all allocated and
 * cached before.
 */
final class IscsiBench {
    private static final long SIZE_BYTES = 1L << 30;
    private static final int CLIENTS = 32;
    private static final int STRIDE = 1_052_672;

    private static final List<QemuLoad> LOADS = List.of(
            new QemuLoad("4 KiB read, depth 1", false, 4096, 1, 20_000, STRIDE),
            new QemuLoad("4 KiB read, depth 32", false, 4096, 32, 60_000, STRIDE),
            new QemuLoad("4 KiB write, depth 1", true, 4096, 1, 20_000, STRIDE),
            new QemuLoad("4 KiB write, depth 32", true, 4096, 32, 60_000, STRIDE),
            new QemuLoad("128 KiB read, depth 1", false, 131_072, 1, 6_000, 131_072),
            new QemuLoad("128 KiB read, depth 32", false, 131_072, 32, 12_000, 131_072),
            new QemuLoad("128 KiB write, depth 1", true, 131_072, 1, 6_000, 131_072),
            new QemuLoad("128 KiB write, depth 32", true, 131_072, 32, 12_000, 131_072),
            new QemuLoad("1 MiB read, depth 1", false, 1 << 20, 1, 1_000, 1 << 20),
            new QemuLoad("1 MiB read, depth 32", false, 1 << 20, 32, 2_000, 1 << 20),
            new QemuLoad("1 MiB write, depth 1", true, 1 << 20, 1, 1_000, 1 << 20),
            new QemuLoad("1 MiB write, depth 32", true, 1 << 20, 32, 2_000, 1 << 20));

    /** What each of many does at once. */
    private static final QemuLoad SHARED = new QemuLoad("shared", false, 4096, 4, 4_000, STRIDE);

    private final Path folder;
    private final int rounds;
    private final Optional<Path> recording;

    /** @param recording where a profile of the node goes, if one is wanted */
    IscsiBench(Path folder, int rounds, Optional<Path> recording) {
        this.folder = folder;
        this.rounds = rounds;
        this.recording = recording;
    }

    private record Side(String url, long pid) {}

    Table run() throws IOException, InterruptedException {
        NodeProcess node = new NodeProcess(Script.ofThisCheckout(), folder.resolve("node"));
        node.start();
        try (Tgt tgt = Tgt.serving(folder.resolve("tgt"), SIZE_BYTES);
                Nbdkit nbdkit = Nbdkit.serving(folder.resolve("nbdkit"), SIZE_BYTES)) {
            node.exec("cluster:create bench");
            node.exec("pool:create pool1 --pv " + folder.resolve("pv1") + ":3G");
            node.exec("client:create bench");
            node.exec("lu:create disk --pool pool1 --client bench --size 1G");
            String ours =
                    node.json("lu:export disk --initiator any").path("url").asText();
            long pid = node.status().path("pid").asLong();
            List<Side> sides =
                    List.of(new Side(ours, pid), new Side(tgt.url(), tgt.pid()), new Side(nbdkit.url(), nbdkit.pid()));
            for (Side side : sides) {
                new QemuLoad("fill", true, 1 << 20, 8, 1024, 1 << 20).run(side.url());
            }
            return measure(sides, pid);
        } finally {
            node.killEverything();
        }
    }

    private Table measure(List<Side> sides, long pid) throws IOException, InterruptedException {
        Table table = new Table(
                "Operations a second, and microseconds of the server's CPU an operation; medians of " + rounds
                        + ". The last row: " + CLIENTS + " clients at once, all of their operations.",
                "load",
                "Serai",
                "tgt",
                "nbdkit",
                "÷ tgt",
                "÷ nbdkit",
                "CPU Serai",
                "CPU tgt",
                "CPU nbdkit",
                "÷ tgt",
                "slowest ÷ fastest client");
        Optional<Recording> profile = Optional.empty();
        for (QemuLoad load : LOADS) {
            measure(table, load, 1, sides);
            if (recording.isPresent() && profile.isEmpty()) {
                // from the second load on, so that the way of an I/O is compiled
                profile = Optional.of(Recording.of(pid, recording.get()));
            }
        }
        measure(table, SHARED, CLIENTS, sides);
        if (profile.isPresent()) {
            table.note(profile.get().end());
        }
        return table;
    }

    private void measure(Table table, QemuLoad load, int clients, List<Side> sides)
            throws IOException, InterruptedException {
        double[][] perSecond = new double[sides.size()][rounds];
        double[][] cpuUs = new double[sides.size()][rounds];
        double[][] unfair = new double[sides.size()][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < sides.size(); turn++) {
                Side side = sides.get(turn);
                long cpuBefore = Shell.cpuMs(side.pid());
                Outcome outcome = clients == 1 ? load.run(side.url()) : load.runAtOnce(clients, side.url());
                double operations = (double) load.count() * clients;
                perSecond[turn][round] = operations / outcome.seconds();
                cpuUs[turn][round] = (Shell.cpuMs(side.pid()) - cpuBefore) * 1000.0 / operations;
                unfair[turn][round] = outcome.slowestByFastest();
            }
        }
        double[] rates = Arrays.stream(perSecond).mapToDouble(Table::median).toArray();
        double[] cpus = Arrays.stream(cpuUs).mapToDouble(Table::median).toArray();
        List<String> row =
                new ArrayList<>(List.of(clients == 1 ? load.name() : CLIENTS + " clients, 4 KiB read, depth 4"));
        for (double rate : rates) {
            row.add("%.0f".formatted(rate));
        }
        row.add("%.2f".formatted(rates[0] / rates[1]));
        row.add("%.2f".formatted(rates[0] / rates[2]));
        for (double cpu : cpus) {
            row.add("%.0f".formatted(cpu));
        }
        row.add("%.2f".formatted(cpus[0] / cpus[1]));
        row.add(
                clients == 1
                        ? "-"
                        : "%.1f, %.1f, %.1f".formatted(median(unfair[0]), median(unfair[1]), median(unfair[2])));
        table.row(row.toArray(String[]::new));
        System.err.println("  " + row);
    }
}
