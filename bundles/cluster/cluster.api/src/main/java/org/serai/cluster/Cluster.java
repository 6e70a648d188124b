package org.serai.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** This node's belonging to a cluster. Always a service; the other services of the core appear with a membership. */
@ProviderType
public interface Cluster {
    /** This node as it would register: its UUID, name and host, which never change. */
    Self self();

    /** The membership, if the node belongs to a cluster and has reached its database. */
    Optional<Membership> membership();

    /** One word and a sentence: why there is, or is not yet, a membership. */
    String state();

    /**
     * Makes a cluster with this node as its first member.
     *
     * @param name the cluster's name
     * @param databaseUrl where its database is; empty for an embedded one in the instance directory
     * @param databaseProperties user and password where the engine wants them
     */
    Membership create(String name, Optional<String> databaseUrl, Map<String, String> databaseProperties);

    /** Joins the cluster that made the token. */
    Membership join(String token);

    /** A token with which a further node can join: it holds the database's address and secrets. */
    String joinToken();

    /** Leaves the cluster; refused while the node owns anything. */
    void leave();

    /** What this node is before any cluster. */
    record Self(UUID id, String name, UUID incarnation, HostId host) {}
}
