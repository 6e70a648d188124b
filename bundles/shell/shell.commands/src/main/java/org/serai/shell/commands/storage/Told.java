package org.serai.shell.commands.storage;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.serai.ffdc.SeraiException;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.Size;
import org.serai.storage.Progress;

/** What storage says, as the shell says it. */
final class Told {
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(2);

    private Told() {}

    /** Progress in bytes, a line every two seconds; an interrupt, as when the caller has gone, cancels the work. */
    static Progress bytes(Invocation invocation, String doing) {
        long[] next = {System.nanoTime() + EVERY_NS};
        return (done, total) -> {
            long now = System.nanoTime();
            if (now - next[0] >= 0) {
                next[0] = now + EVERY_NS;
                String share = total > 0 ? " of " + Size.human(total) + " (" + 100 * done / total + " %)" : "";
                invocation.progress(doing + ": " + Size.human(done) + share);
            }
            return !Thread.currentThread().isInterrupted();
        };
    }

    /** A plan of storage as a plan of the shell. */
    static Plan plan(org.serai.storage.Plan plan) {
        return plan(plan, Plan.draft());
    }

    /** The same behind what is in a draft already. */
    static Plan plan(org.serai.storage.Plan plan, Plan.Draft draft) {
        plan.steps().forEach(draft::would);
        for (SeraiException obstacle : plan.obstacles()) {
            draft.check(() -> {
                throw obstacle;
            });
        }
        return draft.plan();
    }

    /** A number that may not be known now. */
    static <T> Optional<T> ifKnown(boolean known, T value) {
        return known ? Optional.of(value) : Optional.empty();
    }

    /** A ratio as people read it. */
    static double ratio(double exact) {
        return Math.round(exact * 100) / 100.0;
    }

    /** How full something is. */
    static String percent(int permille) {
        return permille / 10 + "." + permille % 10 + " %";
    }
}
