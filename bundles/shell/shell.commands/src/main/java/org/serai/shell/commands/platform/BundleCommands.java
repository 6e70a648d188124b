package org.serai.shell.commands.platform;

import java.util.Arrays;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Commands for bundles. */
@Component(service = CommandGroup.class)
@Command(name = "bundle", description = "The bundles of this node.")
public final class BundleCommands implements CommandGroup {
    private final BundleContext context;

    /** The commands in that framework. */
    @Activate
    public BundleCommands(BundleContext context) {
        this.context = context;
    }

    /** A bundle. */
    record BundleRow(
            long id,
            String name,
            String version,
            String state,
            int startLevel,
            @Detail String location) {}

    @Command(
            name = "list",
            description = "List the bundles with their state.",
            footer = {"bundle:list"})
    List<BundleRow> list(@Mixin Invocation invocation) {
        return Arrays.stream(context.getBundles()).map(BundleCommands::row).toList();
    }

    private static BundleRow row(Bundle bundle) {
        BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
        return new BundleRow(
                bundle.getBundleId(),
                bundle.getSymbolicName(),
                bundle.getVersion().toString(),
                BundleReasons.state(bundle),
                level == null ? 0 : level.getStartLevel(),
                bundle.getLocation());
    }
}
