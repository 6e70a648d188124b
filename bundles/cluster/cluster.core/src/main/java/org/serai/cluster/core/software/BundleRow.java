package org.serai.cluster.core.software;

import java.util.UUID;
import org.serai.database.Table;

/** A row of bundle. */
@Table("bundle")
record BundleRow(
        String sha256, String symbolicName, String version, long sizeBytes, int parts, State state, UUID node) {
    /** Whether all nodes are to have it. */
    enum State {
        /** Nodes start it one after the other; if nobody does that any more it is forgotten. */
        DEPLOYING,
        /** Every node has it, or takes it when it comes back. */
        DEPLOYED
    }

    BundleRow in(State now) {
        return new BundleRow(sha256, symbolicName, version, sizeBytes, parts, now, node);
    }
}
