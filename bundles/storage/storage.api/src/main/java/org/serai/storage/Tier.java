package org.serai.storage;

import java.util.List;
import java.util.UUID;

/**
 * A tier: the PVs of a disk group that LUs are carved from.
 *
 * @param pvs the ids of its PVs
 * @param space what its PVs have and its LUs take; PVs may belong to more than one tier and are counted in each
 * @param thresholds when its fill raises an alert
 * @param lus how many LUs it has
 */
public record Tier(
        UUID id, TierName name, UUID group, List<UUID> pvs, SpaceUse space, Thresholds thresholds, int lus) {}
