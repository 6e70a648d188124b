package org.serai.shell.commands.platform;

import java.util.List;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.platform.Features;
import org.serai.platform.Features.Feature;
import org.serai.platform.Features.Steps;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands for features. */
@Component(service = CommandGroup.class)
@Command(name = "feature", description = "The features of this node.")
public final class FeatureCommands implements CommandGroup {
    private final Features features;

    /** The commands for these features. */
    @Activate
    public FeatureCommands(@Reference Features features) {
        this.features = features;
    }

    /** A feature in a list. */
    record Row(String name, boolean installed, int bundles, String description) {}

    @Command(
            name = "list",
            description = "List the features of the distribution.",
            footer = {"feature:list"})
    List<Row> list(@Mixin Invocation invocation) {
        return features.all().stream()
                .map(feature -> new Row(
                        feature.name(), feature.installed(), feature.bundles().size(), feature.description()))
                .toList();
    }

    @Command(
            name = "info",
            description = "Show what a feature includes.",
            footer = {"feature:info core"})
    Feature info(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "FEATURE", description = "Its name, of those in feature:list.") String name) {
        return features.feature(name);
    }

    @Command(
            name = "install",
            description = "Install a feature, now and for every later start.",
            footer = {"feature:install hypervisor-simulated --dry-run"})
    Object install(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "FEATURE", description = "Its name, of those in feature:list.") String name) {
        return dryRun.asked() ? plan(() -> features.planInstall(name)) : features.install(name);
    }

    @Command(
            name = "uninstall",
            description = "Remove a feature, now and for every later start.",
            footer = {"feature:uninstall hypervisor-simulated --dry-run"})
    Object uninstall(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "FEATURE", description = "Its name, of those in feature:list.") String name) {
        return dryRun.asked() ? plan(() -> features.planUninstall(name)) : features.uninstall(name);
    }

    private static Plan plan(Supplier<Steps> question) {
        Plan.Draft draft = Plan.draft();
        return draft.check(() -> {
                    Steps steps = question.get();
                    steps.stopped().forEach(bundle -> draft.would("stop " + bundle));
                    steps.started().forEach(bundle -> draft.would("start " + bundle));
                    steps.refreshed().forEach(bundle -> draft.would("refresh " + bundle));
                })
                .plan();
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("FEATURE")
                ? features.all().stream().map(Feature::name).toList()
                : List.of();
    }
}
