package org.serai.launcher.bench;

import static org.serai.launcher.bench.Table.median;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Messages with receipts beside JGroups alone with the same protocols, settings and TLS, all members in this JVM, each
 * side with as many threads that send, each of which waits for its receipts before it sends again.
 */
final class MessageBench {
    private static final int LATENCY_MESSAGES = 2_000;
    private static final int MESSAGES_A_THREAD = 3_000;
    private static final int THREADS = 16;
    /** What is called as often as that is compiled; JGroups' own code serves all sides, and is so sooner. */
    private static final int WARM_UP_MESSAGES = 180_000;

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final int rounds;

    MessageBench(int rounds) {
        this.rounds = rounds;
    }

    /** Sends one message and waits for its receipts. */
    private interface Load {
        void one(MessageSide side) throws Exception;
    }

    /** What is measured of one side: p50 of one message after the other, then many threads' rate and processor time. */
    private record Figures(double[] p50Us, double[] perSecond, double[] processorUs) {
        Figures(int rounds) {
            this(new double[rounds], new double[rounds], new double[rounds]);
        }
    }

    Table run() throws Exception {
        Table table = new Table(
                "Messages of 1 KiB with receipts from one member, all in one JVM over TLS on 127.0.0.1; medians of "
                        + rounds + ".",
                "load",
                "Serai",
                "JGroups alone",
                "ratio",
                "JGroups' dispatcher",
                "ratio",
                "aim");
        for (int members : new int[] {3, 8}) {
            try (MessageSide serai = new SeraiMessages(members);
                    MessageSide bare = new BareMessages(members);
                    MessageSide dispatched = new DispatchedMessages(members)) {
                List<MessageSide> sides = List.of(serai, bare, dispatched);
                compare(table, members + " nodes, directed", MessageSide::directed, sides);
                compare(table, members + " nodes, to all", MessageSide::broadcast, sides);
            }
        }
        return table;
    }

    private void compare(Table table, String name, Load load, List<MessageSide> sides) throws Exception {
        for (MessageSide side : sides) {
            send(side, load, WARM_UP_MESSAGES / THREADS);
            p50Us(side, load);
        }
        List<Figures> figures = sides.stream().map(_ -> new Figures(rounds)).toList();
        List<MessageSide> turn = new ArrayList<>(sides);
        for (int round = 0; round < rounds; round++) {
            for (MessageSide side : turn) {
                measure(side, load, figures.get(sides.indexOf(side)), round);
            }
            Collections.rotate(turn, 1);
        }
        row(table, name + ", p50", "%.0f µs", figures.stream().map(Figures::p50Us), "≤ 1.30");
        row(
                table,
                name + ", " + THREADS + " threads",
                "%.0f messages/s",
                figures.stream().map(Figures::perSecond),
                "≥ 0.80");
        row(
                table,
                name + ", processor time of all",
                "%.0f µs a message",
                figures.stream().map(Figures::processorUs),
                "");
    }

    private static void measure(MessageSide side, Load load, Figures figures, int round) throws Exception {
        figures.p50Us[round] = p50Us(side, load);
        long begun = System.nanoTime();
        long processor = PROCESS.getProcessCpuTime();
        send(side, load, MESSAGES_A_THREAD);
        int messages = THREADS * MESSAGES_A_THREAD;
        figures.perSecond[round] = messages / ((System.nanoTime() - begun) / 1e9);
        figures.processorUs[round] = (PROCESS.getProcessCpuTime() - processor) / 1e3 / messages;
    }

    private static void row(Table table, String name, String form, Stream<double[]> sides, String aim) {
        double[] medians = sides.mapToDouble(Table::median).toArray();
        table.row(
                name,
                form.formatted(medians[0]),
                form.formatted(medians[1]),
                "%.2f".formatted(medians[0] / medians[1]),
                form.formatted(medians[2]),
                "%.2f".formatted(medians[0] / medians[2]),
                aim);
        System.err.printf("  %s measured: %.2f of JGroups alone%n", name, medians[0] / medians[1]);
    }

    private static double p50Us(MessageSide side, Load load) throws Exception {
        double[] us = new double[LATENCY_MESSAGES];
        for (int i = 0; i < us.length; i++) {
            long begun = System.nanoTime();
            load.one(side);
            us[i] = (System.nanoTime() - begun) / 1e3;
        }
        return median(us);
    }

    private static void send(MessageSide side, Load load, int messagesAThread) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> {
                    for (int message = 0; message < messagesAThread; message++) {
                        load.one(side);
                    }
                    return side;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }
}
