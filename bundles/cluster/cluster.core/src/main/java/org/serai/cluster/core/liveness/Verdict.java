package org.serai.cluster.core.liveness;

import org.serai.cluster.DeathProof;

/** What can be said now of the question whether an incarnation is over. */
sealed interface Verdict {
    /** It is over. */
    record Over(DeathProof.Kind kind, String explanation) implements Verdict {}

    /** It showed life after the question was asked. */
    record Alive(String sign) implements Verdict {}

    /** Nothing yet; what is being waited for, as a sentence, and for how long the node has been silent everywhere. */
    record Waiting(String what, long silentNs) implements Verdict {}

    /** No attached pool shows anything of it. */
    record Nothing() implements Verdict {}
}
