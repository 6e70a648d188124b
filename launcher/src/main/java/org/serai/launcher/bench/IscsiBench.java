package org.serai.launcher.bench;

import static org.serai.launcher.bench.Table.median;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.launcher.nodes.Script;

/** {@code qemu-img bench} on an LU of Serai and on one of tgt, turn by turn; both allocated and cached before. */
final class IscsiBench {
    private static final Pattern SECONDS = Pattern.compile("Run completed in ([0-9.]+) seconds");
    private static final long SIZE_BYTES = 1L << 30;

    /**
     * A load.
     *
     * @param stride the distance of two requests: larger than a request stands for random access
     */
    private record Load(String name, boolean write, int blockBytes, int depth, int count, int stride) {}

    private static final List<Load> LOADS = List.of(
            new Load("4 KiB read, depth 1", false, 4096, 1, 20_000, 1_052_672),
            new Load("4 KiB read, depth 32", false, 4096, 32, 60_000, 1_052_672),
            new Load("4 KiB write, depth 1", true, 4096, 1, 20_000, 1_052_672),
            new Load("4 KiB write, depth 32", true, 4096, 32, 60_000, 1_052_672),
            new Load("128 KiB read, depth 1", false, 131_072, 1, 6_000, 131_072),
            new Load("128 KiB read, depth 32", false, 131_072, 32, 12_000, 131_072),
            new Load("128 KiB write, depth 1", true, 131_072, 1, 6_000, 131_072),
            new Load("128 KiB write, depth 32", true, 131_072, 32, 12_000, 131_072));

    private final Path folder;
    private final int rounds;

    IscsiBench(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    Table run() throws IOException, InterruptedException {
        NodeProcess node = new NodeProcess(Script.ofThisCheckout(), folder.resolve("node"));
        node.start();
        try (Tgt tgt = Tgt.serving(folder.resolve("tgt"), SIZE_BYTES)) {
            node.exec("cluster:create bench");
            node.exec("pool:create pool1 --pv " + folder.resolve("pv1") + ":3G");
            node.exec("client:create bench");
            node.exec("lu:create disk --pool pool1 --client bench --size 1G");
            String ours =
                    node.json("lu:export disk --initiator any").path("url").asText();
            long ourPid = node.status().path("pid").asLong();
            for (String url : List.of(ours, tgt.url())) {
                Shell.run(
                        "qemu-img",
                        "bench",
                        "-f",
                        "raw",
                        "-t",
                        "none",
                        "-w",
                        "-c",
                        "1024",
                        "-d",
                        "8",
                        "-s",
                        "1048576",
                        url);
            }
            Table table = new Table(
                    "Operations a second, and microseconds of the server's CPU an operation; medians of " + rounds
                            + ".",
                    "load",
                    "Serai",
                    "tgt",
                    "ratio",
                    "CPU Serai",
                    "CPU tgt",
                    "ratio");
            for (Load load : LOADS) {
                measure(table, load, new Side(ours, ourPid), new Side(tgt.url(), tgt.pid()));
            }
            return table;
        } finally {
            node.killEverything();
        }
    }

    private record Side(String url, long pid) {}

    private void measure(Table table, Load load, Side ours, Side theirs) throws IOException, InterruptedException {
        double[][] perSecond = new double[2][rounds];
        double[][] cpuUs = new double[2][rounds];
        for (int round = 0; round < rounds; round++) {
            int turn = 0;
            for (Side side : List.of(ours, theirs)) {
                long cpuBefore = Shell.cpuMs(side.pid());
                double seconds = run(load, side.url());
                perSecond[turn][round] = load.count() / seconds;
                cpuUs[turn][round] = (Shell.cpuMs(side.pid()) - cpuBefore) * 1000.0 / load.count();
                turn++;
            }
        }
        double ourRate = median(perSecond[0]);
        double theirRate = median(perSecond[1]);
        double ourCpu = median(cpuUs[0]);
        double theirCpu = median(cpuUs[1]);
        table.row(
                load.name(),
                "%.0f".formatted(ourRate),
                "%.0f".formatted(theirRate),
                "%.2f".formatted(ourRate / theirRate),
                "%.0f".formatted(ourCpu),
                "%.0f".formatted(theirCpu),
                "%.2f".formatted(ourCpu / theirCpu));
        System.err.println("  " + load.name() + " measured");
    }

    private static double run(Load load, String url) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("qemu-img", "bench", "-f", "raw", "-t", "none"));
        if (load.write()) {
            command.add("-w");
        }
        command.addAll(List.of(
                "-c",
                Integer.toString(load.count()),
                "-d",
                Integer.toString(load.depth()),
                "-s",
                Integer.toString(load.blockBytes()),
                "-S",
                Integer.toString(load.stride()),
                url));
        Matcher said = SECONDS.matcher(Shell.run(command.toArray(String[]::new)));
        if (!said.find()) {
            throw new IllegalStateException("qemu-img bench did not say how long it took");
        }
        return Double.parseDouble(said.group(1));
    }
}
