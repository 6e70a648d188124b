package org.serai.cluster;

import java.util.Map;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** Asks nodes themselves how they are, whichever node is asked for it. */
@ProviderType
public interface LiveNodes {
    /** A node's own answer, now; the error of the message if it does not answer in time. */
    Live ask(UUID node);

    /**
     * A node's answer.
     *
     * @param incarnation its incarnation
     * @param memberMs for how long it has been a member in this incarnation
     * @param fenceOpen whether it may serve
     * @param databaseReachable whether it reaches the VIOS DB
     * @param revision the revision of its local views
     * @param heapUsedBytes of its JVM
     * @param heapMaxBytes of its JVM
     * @param load of its host: the average number of processes that run or want to, over a minute; negative if unknown
     * @param sees what it sees of the other nodes, by name
     */
    record Live(
            UUID incarnation,
            long memberMs,
            boolean fenceOpen,
            boolean databaseReachable,
            long revision,
            long heapUsedBytes,
            long heapMaxBytes,
            double load,
            Map<String, Liveness.State> sees) {}
}
