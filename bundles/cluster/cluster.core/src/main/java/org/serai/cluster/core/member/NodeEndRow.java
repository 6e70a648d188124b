package org.serai.cluster.core.member;

import java.util.UUID;
import org.serai.cluster.DeathProof;
import org.serai.database.Table;

/** A row of node_end: an incarnation that is known to be over. */
@Table("node_end")
public record NodeEndRow(UUID incarnation, UUID node, DeathProof.Kind proof, String explanation, UUID toldBy) {
    private static final int EXPLANATION_AT_MOST = 512;

    /** Cuts a long explanation. */
    public NodeEndRow {
        explanation = explanation.length() > EXPLANATION_AT_MOST
                ? explanation.substring(0, EXPLANATION_AT_MOST)
                : explanation;
    }
}
