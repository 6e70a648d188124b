package org.serai.launcher.bench;

import static org.serai.launcher.bench.Table.median;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Messages with receipts beside JGroups alone with the same protocols and TLS, all members in this JVM. */
final class MessageBench {
    private static final int LATENCY_MESSAGES = 2_000;
    private static final int MESSAGES_A_THREAD = 1_000;
    private static final int THREADS = 16;

    private final int rounds;

    MessageBench(int rounds) {
        this.rounds = rounds;
    }

    /** Sends one message and waits for its receipts. */
    private interface Load {
        void one(MessageSide side) throws Exception;
    }

    Table run() throws Exception {
        Table table = new Table(
                "Messages of 1 KiB with receipts from one member, all in one JVM over TLS on 127.0.0.1; medians of "
                        + rounds + ".",
                "load",
                "Serai",
                "JGroups alone",
                "ratio",
                "aim");
        for (int members : new int[] {3, 8}) {
            try (MessageSide serai = new SeraiMessages(members);
                    MessageSide bare = new BareMessages(members)) {
                compare(table, members + " nodes, directed", MessageSide::directed, serai, bare);
                compare(table, members + " nodes, to all", MessageSide::broadcast, serai, bare);
            }
        }
        return table;
    }

    private void compare(Table table, String name, Load load, MessageSide serai, MessageSide bare) throws Exception {
        double[] us = new double[rounds];
        double[] bareUs = new double[rounds];
        double[] perSecond = new double[rounds];
        double[] barePerSecond = new double[rounds];
        for (MessageSide side : List.of(serai, bare, serai, bare)) {
            throughput(side, load); // until it is compiled
            p50Us(side, load);
        }
        for (int round = 0; round < rounds; round++) {
            for (MessageSide side : round % 2 == 0 ? List.of(serai, bare) : List.of(bare, serai)) {
                (side == serai ? us : bareUs)[round] = p50Us(side, load);
                (side == serai ? perSecond : barePerSecond)[round] = throughput(side, load);
            }
        }
        row(table, name + ", p50", "%.0f µs", median(us), median(bareUs), "≤ 1.30");
        row(
                table,
                name + ", " + THREADS + " threads",
                "%.0f messages/s",
                median(perSecond),
                median(barePerSecond),
                "≥ 0.80");
    }

    private static void row(Table table, String name, String form, double serai, double bare, String aim) {
        table.row(name, form.formatted(serai), form.formatted(bare), "%.2f".formatted(serai / bare), aim);
        System.err.printf("  %s measured: %.2f of JGroups alone%n", name, serai / bare);
    }

    private static double p50Us(MessageSide side, Load load) throws Exception {
        long[] nanos = new long[LATENCY_MESSAGES];
        for (int i = 0; i < nanos.length; i++) {
            long begun = System.nanoTime();
            load.one(side);
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e3;
    }

    private static double throughput(MessageSide side, Load load) throws Exception {
        long begun = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> {
                    for (int message = 0; message < MESSAGES_A_THREAD; message++) {
                        load.one(side);
                    }
                    return side;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        return THREADS * MESSAGES_A_THREAD / ((System.nanoTime() - begun) / 1e9);
    }
}
