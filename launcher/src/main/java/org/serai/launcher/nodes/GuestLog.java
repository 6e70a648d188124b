package org.serai.launcher.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the test guest says on its serial console: a line for each record that it has written. */
public record GuestLog(Path file) {
    private static final Pattern LINE =
            Pattern.compile("SERAI boot=(\\S+) counter=(\\d+) record=(\\d+) ok=(\\d+) bad=(\\d+)");

    /**
     * A line of the guest.
     *
     * @param boot made at boot and kept in the guest's memory only
     * @param counter counts in memory
     * @param record the number of the record just written
     * @param ok how many records it read back whole
     * @param bad how many it did not
     */
    public record Line(String boot, long counter, long record, long ok, long bad) {}

    /** All whole lines so far. */
    public List<Line> lines() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            int whole = text.lastIndexOf('\n') + 1;
            return text.substring(0, whole)
                    .lines()
                    .map(LINE::matcher)
                    .filter(Matcher::find)
                    .map(GuestLog::line)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the last line is not whole: its rest comes later, and elsewhere if the guest goes on elsewhere. */
    public boolean isCutOff() {
        try {
            return !Files.readString(file, StandardCharsets.ISO_8859_1).endsWith("\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Line line(Matcher matcher) {
        return new Line(
                matcher.group(1),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                Long.parseLong(matcher.group(4)),
                Long.parseLong(matcher.group(5)));
    }

    /** The last line so far. */
    public Optional<Line> last() {
        List<Line> lines = lines();
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast());
    }

    /** Waits for a line that fits. */
    public Line await(Predicate<Line> fits, Duration atMost, String what) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<Line> found = lines().stream().filter(fits).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException(
                "the guest did not " + what + " within " + atMost.toSeconds() + " s; its console: " + file);
    }
}
