package org.serai.cluster.core.member;

import java.util.UUID;
import org.serai.cluster.Membership.ClusterInfo;
import org.serai.cluster.core.liveness.Timing;
import org.serai.database.Table;

/** The one row of cluster. */
@Table("cluster")
public record ClusterRow(UUID id, String name, long renewalMs, long leaseMs, long marginMs, String secret) {
    /** The cluster as its members see it. */
    public ClusterInfo toInfo() {
        return new ClusterInfo(id, name, renewalMs, leaseMs, marginMs);
    }

    /** Its timing. */
    public Timing timing() {
        return new Timing(renewalMs, leaseMs, marginMs);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ClusterRow[id=" + id + ", name=" + name + "]";
    }
}
