package org.serai.simulator.kernel;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/** What happened, as lines of which the last are kept, and as a number that tells two runs apart. */
public final class Trace {
    private static final int KEPT = 60;
    private static final long PRIME = 0x100000001b3L;

    /** What comes from outside and stands in messages: where the database's file lies, and its wall clock. */
    private static final Pattern REAL =
            Pattern.compile("/\\S*serai-simulator\\d+|\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");

    private final Deque<String> last = new ArrayDeque<>();
    private final List<String> failures = new ArrayList<>();
    private final Consumer<String> listener;
    private LongSupplier nowNs = () -> 0;
    private long hash = 0xcbf29ce484222325L;

    /** @param listener is told each line */
    public Trace(Consumer<String> listener) {
        this.listener = listener;
    }

    void clock(LongSupplier now) {
        nowNs = now;
    }

    /** Notes a line. */
    public void note(String who, String what) {
        var line = String.format(
                Locale.ROOT,
                "%12.6f  %-8s %s",
                nowNs.getAsLong() / 1e9,
                who,
                REAL.matcher(what).replaceAll("…"));
        for (var i = 0; i < line.length(); i++) {
            mix(line.charAt(i));
        }
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        last.add(line);
        listener.accept(line);
    }

    /** Notes something of which nobody wants to read. */
    public void mix(long value) {
        hash = (hash ^ value ^ nowNs.getAsLong()) * PRIME;
    }

    /** A task has ended with what it must not end with. */
    public void failed(String who, Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        note(who, "FAILED: " + failure);
        if (!(failure instanceof Violation)) {
            failures.add("no task fails unexpectedly: " + who + ": " + text);
        }
    }

    /** An invariant is broken; noted at once, for whoever called may swallow the exception. */
    public Violation broken(String invariant) {
        note("JUDGE", "BROKEN: " + invariant);
        failures.add(invariant);
        return new Violation(invariant);
    }

    /** What must not have happened. */
    public List<String> failures() {
        return failures;
    }

    /** The same for the same run, another one for any other. */
    public String hash() {
        return Long.toHexString(hash);
    }

    /** The last lines. */
    public List<String> last() {
        return List.copyOf(last);
    }
}
