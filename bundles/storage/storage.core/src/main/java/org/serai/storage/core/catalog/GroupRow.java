package org.serai.storage.core.catalog;

import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.database.Table;
import org.serai.storage.AccessPolicy;

/** A row of disk_group. Sets are as in {@link PvSet}; no client and no node is everybody. */
@Table("disk_group")
public record GroupRow(UUID id, UUID pool, String name, String pvs, String clients, String nodes) {
    /** A disk group. */
    public static GroupRow of(UUID id, UUID pool, String name, String pvs, AccessPolicy policy) {
        return new GroupRow(id, pool, name, pvs, PvSet.column(policy.clients()), PvSet.column(policy.nodes()));
    }

    /** Who may use its LUs. */
    public AccessPolicy policy() {
        return new AccessPolicy(
                PvSet.words(clients).stream().map(Long::valueOf).collect(Collectors.toUnmodifiableSet()),
                PvSet.ids(nodes));
    }

    /** With other PVs. */
    public GroupRow on(String newPvs) {
        return new GroupRow(id, pool, name, newPvs, clients, nodes);
    }
}
