package org.serai.storage.core.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Plan;

/** Gathers what a change would do, and everything that is in its way. */
public final class Planning {
    private final List<String> steps = new ArrayList<>();
    private final List<SeraiException> obstacles = new ArrayList<>();

    /** A step that would be done. */
    public Planning step(String step) {
        steps.add(step);
        return this;
    }

    /** Something that is in the way. */
    public Planning obstacle(SeraiException obstacle) {
        obstacles.add(obstacle);
        return this;
    }

    /** Something that may be in the way. */
    public Planning obstacle(Optional<SeraiException> obstacle) {
        obstacle.ifPresent(obstacles::add);
        return this;
    }

    /** Runs a check that throws what is in the way. */
    public Planning check(Runnable check) {
        try {
            check.run();
        } catch (SeraiException e) {
            obstacles.add(e);
        }
        return this;
    }

    /** A size as people read it. */
    public static String size(long bytes) {
        long mebibyte = 1 << 20;
        double mebibytes = (double) bytes / mebibyte;
        return mebibytes < 1 << 10
                ? String.format(Locale.ROOT, "%.1f MiB", mebibytes)
                : String.format(Locale.ROOT, "%.1f GiB", mebibytes / (1 << 10));
    }

    /** What was gathered. */
    public Plan plan() {
        return new Plan(obstacles.isEmpty() ? List.copyOf(steps) : List.of(), List.copyOf(obstacles));
    }
}
