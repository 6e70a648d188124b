package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.Verdict;
import org.serai.shell.commands.NodeServices;
import org.serai.storage.Alert;
import org.serai.storage.Alerts;
import org.serai.storage.PoolCheck;
import org.serai.storage.PoolUpkeep;
import org.serai.storage.PoolUpkeep.PvMap;
import org.serai.storage.Thresholds;
import org.serai.storage.TierName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands that look after pools. */
@Component(service = CommandGroup.class)
@Command(name = "pool", description = "Storage pools.")
public final class PoolUpkeepCommands implements CommandGroup {
    private static final int USUAL_WIDTH = 80;

    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public PoolUpkeepCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record Check(
            String pool, boolean ok, long checkedExtents, long leakedExtents, List<String> errors, List<String> lost)
            implements Verdict {
        @Override
        public boolean good() {
            return ok;
        }

        static Check of(String pool, PoolCheck check) {
            return new Check(
                    pool, check.ok(), check.checkedExtents(), check.leakedExtents(), check.errors(), check.lost());
        }
    }

    record PartView(long offsetBytes, long lengthBytes, UUID lu, Optional<String> name, Optional<String> tier) {}

    record PvMapView(String path, UUID id, boolean present, long sizeBytes, long usedBytes, List<PartView> parts) {
        static PvMapView of(PvMap map) {
            return new PvMapView(
                    map.pv().path(),
                    map.pv().id(),
                    map.pv().present(),
                    map.pv().sizeBytes(),
                    map.pv().usedBytes(),
                    map.parts().stream()
                            .map(part -> new PartView(
                                    part.offset(),
                                    part.length(),
                                    part.lu(),
                                    part.name(),
                                    part.tier().map(TierName::toString)))
                            .toList());
        }
    }

    record AlertView(
            String name,
            Alert.Subject subject,
            String pool,
            int thresholdPercent,
            String fill,
            String since,
            String node) {}

    record ThresholdView(String pool, List<Integer> alertsAtPercent, int hysteresisPercent) {}

    @Command(
            name = "check",
            description =
                    "Check a pool while it is in use, its data too where they have checksums; exit code 1 if there are errors.",
            footer = {"pool:check pool1", "pool:check pool1 --json"})
    Check check(@Mixin Invocation invocation, @Parameters(paramLabel = "POOL", description = "Its name.") String name) {
        return Check.of(name, upkeep().check(name, Told.bytes(invocation, "checked")));
    }

    @Command(
            name = "repair",
            description = "Mend what can be mended without a doubt; what is left is shown as pool:check does.",
            footer = {"pool:repair pool1 --dry-run", "pool:repair pool1"})
    Object repair(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its name.") String name) {
        if (dryRun.asked()) {
            org.serai.storage.Plan plan = upkeep().planRepair(name);
            boolean clean = plan.steps().isEmpty() && plan.obstacles().isEmpty();
            return clean
                    ? Plan.draft().would("do nothing: there is nothing to mend").plan()
                    : Told.plan(plan);
        }
        return Check.of(name, upkeep().repair(name, Told.bytes(invocation, "looked at")));
    }

    @Command(
            name = "map",
            description = "Draw which LU fills what of each PV.",
            footer = {"pool:map pool1", "pool:map pool1 --json"})
    Object map(@Mixin Invocation invocation, @Parameters(paramLabel = "POOL", description = "Its name.") String name) {
        List<PvMap> map = upkeep().map(name);
        if (invocation.json()) {
            return map.stream().map(PvMapView::of).toList();
        }
        int width = invocation.width() > 0 ? invocation.width() : USUAL_WIDTH;
        return new PoolPicture(map, width).draw();
    }

    @Command(
            name = "alerts",
            description = "List what is fuller than it should be, the fullest first.",
            footer = {"pool:alerts", "pool:alerts --json"})
    List<AlertView> alerts(@Mixin Invocation invocation) {
        return services.get(Alerts.class).alerts().stream()
                .map(alert -> new AlertView(
                        alert.name(),
                        alert.subject(),
                        alert.poolName(),
                        alert.thresholdPercent(),
                        Told.percent(alert.fillPermille()),
                        alert.since().toString(),
                        alert.nodeName()))
                .toList();
    }

    @Command(
            name = "thresholds",
            description = "Show or change at which fill a pool raises alerts.",
            footer = {"pool:thresholds pool1", "pool:thresholds pool1 --at 70 --at 90 --hysteresis 5"})
    Object thresholds(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its name.") String name,
            @Mixin ThresholdOptions options) {
        Alerts alerts = services.get(Alerts.class);
        Thresholds now = alerts.thresholds(name);
        Thresholds wanted = options.over(now);
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("raise alerts of pool " + name + " at " + wanted.percents() + " percent")
                    .plan();
        }
        if (!wanted.equals(now)) {
            alerts.setThresholds(name, wanted);
        }
        return new ThresholdView(name, wanted.percents(), wanted.hysteresisPercent());
    }

    private PoolUpkeep upkeep() {
        return services.get(PoolUpkeep.class);
    }
}
