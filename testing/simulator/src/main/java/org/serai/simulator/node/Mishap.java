package org.serai.simulator.node;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.serai.simulator.kernel.Life;

/** Has the next node that takes something over die just after a step of that. */
public final class Mishap {
    private Optional<Step> armed = Optional.empty();
    private final Set<Life> befallen = new HashSet<>();

    /** The steps of a takeover. */
    public enum Step {
        /** There is a proof that the holder is dead. */
        PROVEN,
        /** Where the storage can, it refuses the holder. */
        FENCED,
        /** The row names the new holder. */
        OWNED,
        /** What was taken is used. */
        USED
    }

    /** From now on, until it has happened. */
    public void arm(Step step) {
        armed = Optional.of(step);
    }

    /** It does not happen any more. */
    public void disarm() {
        armed = Optional.empty();
    }

    /** A task of a process has made that step; it does not return if it was the last one. */
    void after(Step step, Life life) {
        if (armed.filter(step::equals).isPresent()) {
            armed = Optional.empty();
            befallen.add(life);
            life.kill("SIGKILL in a takeover, just " + step);
            life.sleepNs(1);
        }
    }

    /** Whether it has happened to a process. */
    public boolean hasBefallen(Life life) {
        return befallen.contains(life);
    }

    /** How often it has happened. */
    public int happened() {
        return befallen.size();
    }
}
