package org.serai.storage;

import java.util.List;
import java.util.UUID;

/**
 * A disk group: PVs of a pool with an access policy.
 *
 * @param pvs the ids of its PVs
 * @param tiers its tiers, ordered by name
 * @param space what its PVs have and the LUs of its tiers take
 */
public record DiskGroup(
        UUID id,
        String name,
        UUID pool,
        String poolName,
        List<UUID> pvs,
        AccessPolicy policy,
        List<Tier> tiers,
        SpaceUse space) {}
