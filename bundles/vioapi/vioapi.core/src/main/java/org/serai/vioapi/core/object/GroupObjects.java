package org.serai.vioapi.core.object;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.cluster.Client;
import org.serai.cluster.Clients;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.storage.AccessPolicy;
import org.serai.storage.DiskGroup;
import org.serai.storage.DiskGroups;
import org.serai.storage.GroupChange;
import org.serai.storage.Thresholds;
import org.serai.storage.Tier;
import org.serai.storage.TierName;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Asked;
import org.serai.vioapi.core.call.Call;
import org.serai.vioapi.core.call.Domains;

/** Disk groups and tiers. */
public final class GroupObjects {
    private final Domains domains;

    /** Over these services. */
    public GroupObjects(Domains domains) {
        this.domains = domains;
    }

    /** What can be asked. */
    public List<Call> calls() {
        return List.of(
                Call.list(
                        "diskGroup",
                        _ -> groups().groups().stream().map(this::group).toList()),
                Call.get("diskGroup", asked -> List.of(namedGroup(asked))),
                Call.administer("create", "diskGroup", this::createGroup),
                Call.administer("change", "diskGroup", this::changeGroup),
                Call.administer("delete", "diskGroup", this::deleteGroup),
                Call.list(
                        "tier",
                        _ -> groups().groups().stream()
                                .flatMap(group -> group.tiers().stream())
                                .map(GroupObjects::tier)
                                .toList()),
                Call.get("tier", asked -> List.of(tier(groups().tier(tierName(asked))))),
                Call.administer("create", "tier", this::createTier),
                Call.administer("change", "tier", this::changeTier),
                Call.administer("delete", "tier", this::deleteTier));
    }

    private DiskGroups groups() {
        return domains.get(DiskGroups.class);
    }

    private void apply(Asked asked, GroupChange change) {
        groups().apply(change, Shares.progress(asked));
    }

    private VioObject namedGroup(Asked asked) {
        return group(groups().group(asked.text("pool"), asked.text("name")));
    }

    private VioObject group(DiskGroup group) {
        VioObject bare = VioObject.of("diskGroup")
                .with("id", group.id())
                .with("name", group.name())
                .with("pool", group.poolName());
        Clients clients = domains.get(Clients.class);
        Membership membership = domains.get(Membership.class);
        return Shares.space(bare, group.space())
                .with(pvs(group.pvs()))
                .with(group.policy().clients().stream()
                        .sorted()
                        .map(id -> clients.client(id).map(Client::name).orElse(Long.toString(id)))
                        .map(name -> VioObject.of("allowedClient").with("name", name))
                        .toList())
                .with(group.policy().nodes().stream()
                        .map(id -> membership.node(id).map(Node::name).orElse(id.toString()))
                        .sorted()
                        .map(name -> VioObject.of("allowedNode").with("name", name))
                        .toList());
    }

    private static List<VioObject> pvs(List<UUID> ids) {
        return ids.stream().map(id -> VioObject.of("pv").with("id", id)).toList();
    }

    private static VioObject tier(Tier tier) {
        VioObject bare = VioObject.of("tier")
                .with("id", tier.id())
                .with("name", tier.name().tier())
                .with("diskGroup", tier.name().group())
                .with("pool", tier.name().pool())
                .with("lus", tier.lus());
        return Shares.space(bare, tier.space())
                .with("hysteresisPercent", tier.thresholds().hysteresisPercent())
                .with(pvs(tier.pvs()))
                .with(Shares.thresholds(tier.thresholds()));
    }

    private AccessPolicy policy(Asked asked) {
        Set<Long> clients = asked.each("allowedClient", "name").stream()
                .map(name -> domains.get(Clients.class).client(name).id())
                .collect(Collectors.toSet());
        Set<UUID> nodes = asked.each("allowedNode", "name").stream()
                .map(name -> domains.get(Membership.class).node(name).id())
                .collect(Collectors.toSet());
        return new AccessPolicy(clients, nodes);
    }

    private List<VioObject> createGroup(Asked asked) {
        apply(
                asked,
                new GroupChange.CreateGroup(
                        asked.text("pool"), asked.text("name"), asked.each("pv", "pv"), policy(asked)));
        return List.of(namedGroup(asked));
    }

    private List<VioObject> changeGroup(Asked asked) {
        List<String> pvs = asked.each("pv", "pv");
        if (!pvs.isEmpty()) {
            apply(asked, new GroupChange.SetGroupPvs(asked.text("pool"), asked.text("name"), pvs));
        }
        asked.object()
                .parts("policy")
                .forEach(wanted -> apply(
                        asked,
                        new GroupChange.SetPolicy(asked.text("pool"), asked.text("name"), policy(asked.of(wanted)))));
        return List.of(namedGroup(asked));
    }

    private List<VioObject> deleteGroup(Asked asked) {
        apply(asked, new GroupChange.DeleteGroup(asked.text("pool"), asked.text("name")));
        return List.of();
    }

    private static TierName tierName(Asked asked) {
        return new TierName(asked.text("pool"), asked.text("diskGroup"), asked.text("name"));
    }

    private List<VioObject> createTier(Asked asked) {
        apply(asked, new GroupChange.CreateTier(tierName(asked), asked.each("pv", "pv")));
        return List.of(tier(groups().tier(tierName(asked))));
    }

    private List<VioObject> changeTier(Asked asked) {
        TierName name = tierName(asked);
        List<String> pvs = asked.each("pv", "pv");
        if (!pvs.isEmpty()) {
            apply(asked, new GroupChange.SetTierPvs(name, pvs));
        }
        Shares.asked(asked, Thresholds.USUAL.hysteresisPercent())
                .ifPresent(thresholds -> apply(asked, new GroupChange.SetTierThresholds(name, thresholds)));
        return List.of(tier(groups().tier(name)));
    }

    private List<VioObject> deleteTier(Asked asked) {
        apply(asked, new GroupChange.DeleteTier(tierName(asked)));
        return List.of();
    }
}
