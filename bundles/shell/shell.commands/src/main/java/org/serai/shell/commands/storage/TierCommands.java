package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.commands.NodeServices;
import org.serai.shell.commands.Removed;
import org.serai.storage.DiskGroup;
import org.serai.storage.DiskGroups;
import org.serai.storage.GroupChange;
import org.serai.storage.Pv;
import org.serai.storage.Pvs;
import org.serai.storage.Thresholds;
import org.serai.storage.Tier;
import org.serai.storage.TierName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for tiers. */
@Component(service = CommandGroup.class)
@Command(name = "tier", description = "Tiers: PVs of a disk group that LUs are carved from.")
public final class TierCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public TierCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record TierView(
            String tier,
            int lus,
            int pvs,
            Optional<Long> sizeBytes,
            Optional<Long> usedBytes,
            long committedBytes,
            Optional<Double> overCommit,
            List<Integer> alertsAtPercent,
            @Detail int hysteresisPercent,
            @Detail List<String> pvPaths,
            @Detail UUID id) {}

    @Command(
            name = "list",
            description = "List the tiers of all pools.",
            footer = {"tier:list", "tier:list --json"})
    List<TierView> list(@Mixin Invocation invocation) {
        return groups().groups().stream()
                .flatMap(group -> group.tiers().stream())
                .map(this::view)
                .toList();
    }

    @Command(
            name = "info",
            description = "Show a tier.",
            footer = {"tier:info pool1/ssd/fast"})
    TierView info(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "TIER", description = "POOL/GROUP/TIER.") String tier) {
        return view(groups().tier(TierName.of(tier)));
    }

    @Command(
            name = "create",
            description = "Make a tier of some of its disk group's PVs.",
            footer = {"tier:create pool1/ssd/fast --pv /dev/sdb"})
    Object create(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "TIER", description = "POOL/GROUP/TIER.") String tier,
            @Option(names = "--pv", paramLabel = "PV", required = true, description = "A PV, by path or id.")
                    List<String> pvs) {
        return apply(invocation, dryRun, new GroupChange.CreateTier(TierName.of(tier), paths(invocation, pvs)), tier);
    }

    @Command(
            name = "delete",
            description = "Delete a tier without LUs.",
            footer = {"tier:delete pool1/ssd/fast"})
    Object delete(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "TIER", description = "POOL/GROUP/TIER.") String tier) {
        GroupChange change = new GroupChange.DeleteTier(TierName.of(tier));
        if (dryRun.asked()) {
            return Told.plan(groups().plan(change));
        }
        groups().apply(change, Told.bytes(invocation, "deleted"));
        return new Removed(TierName.of(tier).toString());
    }

    @Command(
            name = "pvs",
            description = "Change the PVs of a tier; what its LUs have on others is moved onto these, while in use.",
            footer = {"tier:pvs pool1/ssd/fast --pv /dev/sdb --pv /dev/sdc"})
    Object pvs(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "TIER", description = "POOL/GROUP/TIER.") String tier,
            @Option(names = "--pv", paramLabel = "PV", required = true, description = "A PV, by path or id.")
                    List<String> pvs) {
        return apply(invocation, dryRun, new GroupChange.SetTierPvs(TierName.of(tier), paths(invocation, pvs)), tier);
    }

    @Command(
            name = "alerts",
            description = "Change at which fill a tier raises alerts.",
            footer = {"tier:alerts pool1/ssd/fast --at 70 --at 85 --at 95", "tier:alerts pool1/ssd/fast --hysteresis 5"
            })
    Object alerts(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "TIER", description = "POOL/GROUP/TIER.") String tier,
            @Mixin ThresholdOptions options) {
        TierName name = TierName.of(tier);
        Thresholds thresholds = options.over(groups().tier(name).thresholds());
        return apply(invocation, dryRun, new GroupChange.SetTierThresholds(name, thresholds), tier);
    }

    private Object apply(Invocation invocation, DryRun dryRun, GroupChange change, String tier) {
        if (dryRun.asked()) {
            return Told.plan(groups().plan(change));
        }
        groups().apply(change, Told.bytes(invocation, "moved"));
        return view(groups().tier(TierName.of(tier)));
    }

    private static List<String> paths(Invocation invocation, List<String> pvs) {
        return pvs.stream()
                .map(pv -> pv.contains("/") ? invocation.resolve(pv).toString() : pv)
                .toList();
    }

    private TierView view(Tier tier) {
        List<String> paths = services.get(Pvs.class).pvs(tier.name().pool()).stream()
                .filter(pv -> tier.pvs().contains(pv.id()))
                .map(Pv::path)
                .toList();
        return new TierView(
                tier.name().toString(),
                tier.lus(),
                tier.pvs().size(),
                Told.ifKnown(tier.space().isKnown(), tier.space().sizeBytes()),
                Told.ifKnown(tier.space().isKnown(), tier.space().usedBytes()),
                tier.space().committedBytes(),
                Told.ifKnown(tier.space().isKnown(), Told.ratio(tier.space().overCommit())),
                tier.thresholds().percents(),
                tier.thresholds().hysteresisPercent(),
                paths,
                tier.id());
    }

    private DiskGroups groups() {
        return services.get(DiskGroups.class);
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("TIER")
                ? NodeServices.names(() -> groups().groups().stream()
                        .map(DiskGroup::tiers)
                        .flatMap(List::stream)
                        .map(tier -> tier.name().toString())
                        .toList())
                : List.of();
    }
}
