package org.serai.storage;

import java.util.List;

/** A change of disk groups and tiers. PVs are named by path or id. */
public sealed interface GroupChange {
    /** Makes a disk group; it has no tier at first. */
    record CreateGroup(String pool, String group, List<String> pvs, AccessPolicy policy) implements GroupChange {}

    /** Deletes a disk group without tiers. */
    record DeleteGroup(String pool, String group) implements GroupChange {}

    /** Changes the PVs of a disk group; those of its tiers must stay among them. */
    record SetGroupPvs(String pool, String group, List<String> pvs) implements GroupChange {}

    /** Changes who may use its LUs. */
    record SetPolicy(String pool, String group, AccessPolicy policy) implements GroupChange {}

    /** Makes a tier of some of its disk group's PVs. */
    record CreateTier(TierName tier, List<String> pvs) implements GroupChange {}

    /** Deletes a tier without LUs. */
    record DeleteTier(TierName tier) implements GroupChange {}

    /** Changes the PVs of a tier; what its LUs have on others is moved onto these, while in use. */
    record SetTierPvs(TierName tier, List<String> pvs) implements GroupChange {}

    /** Changes at which fill a tier raises alerts. */
    record SetTierThresholds(TierName tier, Thresholds thresholds) implements GroupChange {}
}
