package org.serai.storage;

import java.util.Set;
import java.util.UUID;

/**
 * Who may use the LUs of a disk group. It is looked at whenever an LU is made, opened, cloned or moved there; who has
 * one open when the policy changes goes on until it is closed.
 *
 * @param clients the ids of the clients; empty for all
 * @param nodes the ids of the nodes; empty for all
 */
public record AccessPolicy(Set<Long> clients, Set<UUID> nodes) {
    /** Everybody. */
    public static final AccessPolicy OPEN = new AccessPolicy(Set.of(), Set.of());

    /** Whether that client may. */
    public boolean allowsClient(long client) {
        return clients.isEmpty() || clients.contains(client);
    }

    /** Whether that node may. */
    public boolean allowsNode(UUID node) {
        return nodes.isEmpty() || nodes.contains(node);
    }
}
