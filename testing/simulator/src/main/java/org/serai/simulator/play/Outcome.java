package org.serai.simulator.play;

import java.util.List;

/**
 * How a run ended.
 *
 * @param broken the invariant that was broken; empty if none was
 * @param hash tells this run from any other
 * @param tally what was done, in one line
 * @param last the last lines of the trace
 */
public record Outcome(long seed, String broken, String hash, long steps, String tally, List<String> last) {
    /** Whether all is well. */
    public boolean isFine() {
        return broken.isEmpty();
    }

    /** For a person: what is broken, what went before, and how to see it again. */
    public String report() {
        if (isFine()) {
            return "seed " + seed + ": fine, " + tally + ", trace " + hash;
        }
        return String.join("\n", last) + "\n\nseed " + seed + " broke an invariant at step " + steps + ": " + broken
                + "\nsee it again with: launcher/simulate --seed " + seed + " --trace";
    }
}
