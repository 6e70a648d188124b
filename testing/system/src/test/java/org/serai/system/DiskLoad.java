package org.serai.system;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A client that writes to a disk by iSCSI, several writes at a time and then a flush, round after round, and knows what
 * the disk has to hold. A slot is written whole, with a pattern that tells the round.
 */
final class DiskLoad implements AutoCloseable {
    private static final int WRITES_A_ROUND = 8;
    private static final String FLUSHED = "is-flushed";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final Random random;
    private final Thread writer = Thread.ofPlatform().unstarted(this::write);
    private DiskContent content;
    private String end = "";
    private long flushedNs = System.nanoTime();
    private long longestNs;
    private volatile boolean stopping;

    private DiskLoad(Process process, DiskContent content, long seed) {
        this.process = process;
        this.commands = process.outputWriter();
        this.answers = process.inputReader();
        this.random = new Random(seed);
        this.content = content;
    }

    /** Begins to write to a disk that holds this. */
    static DiskLoad on(String url, DiskContent content, long seed) {
        return on(List.of(), url, content, seed);
    }

    /** As {@link #on(String, DiskContent, long)}, by a client that is started with these words before its own. */
    static DiskLoad on(List<String> within, String url, DiskContent content, long seed) {
        try {
            // qemu-io waits for input before it looks into its own buffer of input, so it must not have one.
            List<String> command = new ArrayList<>(within);
            command.addAll(List.of("stdbuf", "-i0", "qemu-io", "-f", "raw", "-t", "writeback", url));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            DiskLoad load = new DiskLoad(process, content, seed);
            load.writer.start();
            return load;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write() {
        String failure = "";
        try {
            while (!stopping && failure.isEmpty()) {
                failure = round();
            }
        } catch (IOException e) {
            failure = "the client has gone: " + e.getMessage();
        }
        ended(failure.isEmpty() ? "it was stopped" : failure);
    }

    /** Empty if all was written and flushed. */
    private String round() throws IOException {
        DiskContent wanted = content()
                .beginning(random.ints(WRITES_A_ROUND, 0, DiskContent.SLOTS)
                        .distinct()
                        .toArray());
        now(wanted);
        for (int slot : wanted.underWay()) {
            commands.write("aio_write -q -P %d %d %d%n"
                    .formatted(
                            DiskContent.pattern(wanted.round()),
                            (long) slot * DiskContent.SLOT_BYTES,
                            DiskContent.SLOT_BYTES));
        }
        // The last command does not exist; that it is complained of is how its turn is known.
        commands.write("aio_flush\nflush\n" + FLUSHED + "\n");
        commands.flush();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.contains(FLUSHED)) {
                now(wanted.flushed());
                return "";
            }
            if (line.contains("failed")) {
                return line;
            }
        }
        return "the client has gone";
    }

    private synchronized void now(DiskContent wanted) {
        if (wanted.rounds() > content.rounds()) {
            longestNs = Math.max(longestNs, System.nanoTime() - flushedNs);
            flushedNs = System.nanoTime();
        }
        content = wanted;
        notifyAll();
    }

    /** The longest time from one flushed round to the next, since this was asked last. */
    synchronized Duration longestPause() {
        Duration longest = Duration.ofNanos(longestNs);
        longestNs = 0;
        return longest;
    }

    private synchronized void ended(String why) {
        end = why;
        notifyAll();
    }

    /** What the disk holds now, and what is under way. */
    synchronized DiskContent content() {
        return content;
    }

    /** Waits until so many more rounds are flushed: I/O goes on. */
    synchronized void goesOn(int rounds) throws InterruptedException {
        int goal = content.rounds() + rounds;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (content.rounds() < goal) {
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (!end.isEmpty() || leftMs <= 0) {
                throw new AssertionError("I/O does not go on after round " + content.rounds() + ": "
                        + (end.isEmpty() ? "nothing is answered for " + PATIENCE.toSeconds() + " s" : end));
            }
            wait(leftMs);
        }
    }

    /** Ends after the round that is under way, and returns what the disk holds. */
    DiskContent stop() throws InterruptedException {
        goesOn(1);
        stopping = true;
        writer.join(PATIENCE);
        synchronized (this) {
            if (!end.equals("it was stopped")) {
                throw new AssertionError("I/O ended: " + (end.isEmpty() ? "not at all" : end));
            }
        }
        return end();
    }

    @Override
    public void close() {
        end();
    }

    /** Ends at once, and returns what is flushed and what is under way. */
    DiskContent end() {
        stopping = true;
        process.destroyForcibly();
        try {
            writer.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return content();
    }
}
