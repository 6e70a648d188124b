package org.serai.launcher.bench;

import static org.serai.launcher.bench.Table.median;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.launcher.nodes.Script;

/**
 * Start, memory, scripted commands, hot deployment; for a node alone and for one that is back in its cluster, the former
 * beside Karaf, which starts once in each of its rounds.
 */
final class PlatformBench {
    private static final Pattern STARTED = Pattern.compile("started in (\\d+) ms");

    private final Path folder;
    private final int rounds;
    private final Script script = Script.ofThisCheckout();

    PlatformBench(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    Table run() throws IOException, InterruptedException {
        Karaf karaf = Karaf.in(folder);
        PeerFigures peer = new PeerFigures();
        Figures alone =
                measure(new NodeProcess(script, folder.resolve("alone")), false, round -> peer.take(karaf, round));
        Figures member = measure(new NodeProcess(script, folder.resolve("member")), true, round -> {});
        return new Table(
                        "Medians of " + rounds + "; a member has a pool with an exported LU that it serves again.",
                        "",
                        "node alone",
                        "member of a cluster",
                        "aim",
                        "Karaf",
                        "node alone / Karaf")
                .row(
                        "start to all components active, as the node says",
                        ms(alone.saidMs),
                        ms(member.saidMs),
                        "≤ 1200 ms",
                        "",
                        "")
                .row(
                        "the same, as the caller sees it",
                        ms(alone.startMs),
                        ms(member.startMs),
                        "≤ 1200 ms",
                        ms(peer.startMs),
                        ratio(alone.startMs, peer.startMs))
                .row(
                        "resident after the start",
                        mb(alone.residentMb),
                        mb(member.residentMb),
                        "≤ 150 MB",
                        mb(peer.residentMb),
                        ratio(alone.residentMb, peer.residentMb))
                .row("serai exec of a command", ms(alone.execMs), ms(member.execMs), "≤ 150 ms", "", "")
                .row("deploy of a driver", ms(alone.deployMs), ms(member.deployMs), "≤ 300 ms", "", "")
                .row("update of a driver", ms(alone.updateMs), ms(member.updateMs), "≤ 200 ms", "", "")
                .row("undeploy of a driver", ms(alone.undeployMs), ms(member.undeployMs), "≤ 150 ms", "", "");
    }

    private final class Figures {
        private final double[] saidMs = new double[rounds];
        private final double[] startMs = new double[rounds];
        private final double[] residentMb = new double[rounds];
        private final double[] execMs = new double[rounds];
        private final double[] deployMs = new double[rounds];
        private final double[] updateMs = new double[rounds];
        private final double[] undeployMs = new double[rounds];
    }

    private final class PeerFigures {
        private final double[] startMs = new double[rounds];
        private final double[] residentMb = new double[rounds];

        void take(Karaf karaf, int round) throws IOException, InterruptedException {
            try (Karaf.Running running = karaf.start()) {
                startMs[round] = running.startMs();
                residentMb[round] = running.residentMb();
            }
        }
    }

    @FunctionalInterface
    private interface Beside {
        void take(int round) throws IOException, InterruptedException;
    }

    private Figures measure(NodeProcess node, boolean member, Beside beside) throws IOException, InterruptedException {
        node.start();
        if (member) {
            node.exec("cluster:create bench");
            node.exec("pool:create pool1 --pv " + folder.resolve("pv1") + ":1G");
            node.exec("client:create bench");
            node.exec("lu:create disk --pool pool1 --client bench --size 512M");
            node.exec("lu:export disk --initiator any");
        }
        node.stop();
        Figures figures = new Figures();
        for (int round = 0; round < rounds; round++) {
            long begun = System.nanoTime();
            String said =
                    script.run(line -> {}, "run", "--instance", node.instance().toString(), "--background");
            figures.startMs[round] = sinceMs(begun);
            figures.saidMs[round] = startedMs(said);
            figures.residentMb[round] =
                    Shell.residentKb(node.status().path("pid").asLong()) / 1024.0;
            begun = System.nanoTime();
            node.exec("driver:list --json");
            figures.execMs[round] = sinceMs(begun);
            HotDriver driver = new HotDriver(node, folder);
            figures.deployMs[round] = driver.deployMs();
            figures.updateMs[round] = driver.updateMs();
            figures.undeployMs[round] = driver.undeployMs();
            node.stop();
            beside.take(round);
            System.err.println("  " + node.instance().getFileName() + ", round " + (round + 1) + " of " + rounds);
        }
        return figures;
    }

    private static double startedMs(String said) {
        Matcher matcher = STARTED.matcher(said);
        if (!matcher.find()) {
            throw new IllegalStateException("the node did not say how long it took: " + said);
        }
        return Double.parseDouble(matcher.group(1));
    }

    private static double sinceMs(long begunNs) {
        return (System.nanoTime() - begunNs) / 1e6;
    }

    private static String ratio(double[] ours, double[] theirs) {
        return "%.2f".formatted(median(ours) / median(theirs));
    }

    private static String ms(double[] values) {
        return "%.0f ms".formatted(median(values));
    }

    private static String mb(double[] values) {
        return "%.0f MB".formatted(median(values));
    }
}
