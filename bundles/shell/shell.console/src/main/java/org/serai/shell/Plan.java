package org.serai.shell;

import java.util.ArrayList;
import java.util.List;
import org.serai.ffdc.SeraiException;

/**
 * What a command with {@code --dry-run} found. The command's exit code is 1 if it would be refused.
 *
 * @param possible whether nothing that can be seen beforehand is in the way
 * @param steps what would be done, in order
 * @param obstacles each reason why it would be refused
 */
public record Plan(boolean possible, List<String> steps, List<String> obstacles) implements Verdict {
    @Override
    public boolean good() {
        return possible;
    }

    /** Begins a plan. */
    public static Draft draft() {
        return new Draft();
    }

    /** A plan in the making. */
    public static final class Draft {
        private final List<String> steps = new ArrayList<>();
        private final List<String> obstacles = new ArrayList<>();

        private Draft() {}

        /** Adds what would be done. */
        public Draft would(String step) {
            steps.add(step);
            return this;
        }

        /** Adds an obstacle if the condition does not hold. */
        public Draft require(boolean condition, String obstacle) {
            if (!condition) {
                obstacles.add(obstacle);
            }
            return this;
        }

        /** Runs a question that fails if something is in the way. */
        public Draft check(Runnable question) {
            try {
                question.run();
            } catch (SeraiException e) {
                obstacles.add(e.code().code() + ": " + e.what() + " (" + e.reason() + "); do: " + e.action());
            }
            return this;
        }

        /** The plan. */
        public Plan plan() {
            return new Plan(obstacles.isEmpty(), List.copyOf(steps), List.copyOf(obstacles));
        }
    }
}
