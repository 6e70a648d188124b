package org.serai.shell.commands.platform;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.serai.cluster.ClusterBundles;
import org.serai.cluster.ClusterError;
import org.serai.platform.PlatformError;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.commands.NodeServices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for drivers. */
@Component(service = CommandGroup.class)
@Command(name = "driver", description = "Drivers, and what they lack.")
public final class DriverCommands implements CommandGroup {
    private static final String STORAGE = "storage.";

    private final Drivers drivers;
    private final NodeServices services;

    /** The commands in that framework. */
    @Activate
    public DriverCommands(
            BundleContext context, @Reference ServiceComponentRuntime runtime, @Reference NodeServices services) {
        this.services = services;
        this.drivers = new Drivers(
                context, runtime, new DeployFolder(context, runtime, InstantSource.system(), DeployFolder.SETTLING));
    }

    @Command(
            name = "list",
            description = "List the drivers with their state, and bundles that do not resolve.",
            footer = {"driver:list", "driver:list --json"})
    List<Drivers.Driver> list(@Mixin Invocation invocation) {
        return drivers.all();
    }

    @Command(
            name = "info",
            description = "Show one driver.",
            footer = {"driver:info storage.extent"})
    Drivers.Driver info(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "DRIVER", description = "Kind and name, such as storage.extent.") String name) {
        return drivers.all().stream()
                .filter(driver -> driver.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PlatformError.NO_SUCH_DRIVER.error(
                        "There is no driver '" + name + "'",
                        "no service or component is a driver of that name",
                        "driver:list shows the names"));
    }

    @Command(
            name = "why",
            description = "Explain as a tree what a driver, component or bundle lacks.",
            footer = {"driver:why storage.extent", "driver:why org.serai.partition.core"})
    Object why(
            @Mixin Invocation invocation,
            @Parameters(
                            paramLabel = "DRIVER",
                            description = "A driver, a component, a bundle or a file in the deploy folder.")
                    String name) {
        Reason reason = drivers.explain(name);
        return invocation.json() ? reason : reason.text();
    }

    @Command(
            name = "bundles",
            description = {
                "List the bundles that every node of the cluster runs, and what this node makes of each: active, installed,",
                "own (it has the same version by itself), or missing."
            },
            footer = {"driver:bundles", "driver:bundles --json"})
    List<ClusterBundles.Stored> bundles(@Mixin Invocation invocation) {
        return services.get(ClusterBundles.class).all();
    }

    @Command(
            name = "install",
            description = {
                "Store a bundle in the cluster and have every node start it, one after the other; at the first that cannot,",
                "all go back to what they had. A node that joins later takes it before it is active. For this node alone,",
                "put the file into the deploy folder of its instance."
            },
            footer = {
                "driver:install storage.example.jar --cluster --dry-run",
                "driver:install storage.example.jar --cluster"
            })
    Object install(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "FILE", description = "The jar.") String file,
            @Option(names = "--cluster", required = true, description = "At every node of the cluster.")
                    boolean cluster) {
        ClusterBundles bundles = services.get(ClusterBundles.class);
        Path jar = invocation.resolve(file);
        if (dryRun.asked()) {
            Plan.Draft draft = Plan.draft().check(() -> bundles.inspect(jar));
            draft.would("store " + jar + " in the database, with its SHA-256");
            services.membership().nodes().forEach(node -> draft.would("start it at node " + node.name()));
            return draft.plan();
        }
        return bundles.install(jar, invocation::progress);
    }

    record Uninstalled(String uninstalled) {}

    @Command(
            name = "uninstall",
            description = "Take a bundle out of the cluster; every node stops it.",
            footer = {"driver:uninstall com.example.storage --cluster"})
    Object uninstall(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "CLUSTER-BUNDLE", description = "Its symbolic name.") String name,
            @Option(names = "--cluster", required = true, description = "At every node of the cluster.")
                    boolean cluster) {
        ClusterBundles bundles = services.get(ClusterBundles.class);
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("delete bundle " + name + " from the database, and stop it at every node")
                    .require(
                            bundles.all().stream()
                                    .anyMatch(bundle -> bundle.symbolicName().equals(name)),
                            ClusterError.BAD_BUNDLE.code() + ": there is no bundle " + name + " of the cluster")
                    .plan();
        }
        bundles.uninstall(name);
        return new Uninstalled(name);
    }

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "DRIVER" -> drivers.names();
            case "CLUSTER-BUNDLE" ->
                NodeServices.names(() -> services.get(ClusterBundles.class).all().stream()
                        .map(ClusterBundles.Stored::symbolicName)
                        .toList());
            case "STORAGE-DRIVER" ->
                drivers.names().stream()
                        .filter(name -> name.startsWith(STORAGE))
                        .map(name -> name.substring(STORAGE.length()))
                        .toList();
            default -> List.of();
        };
    }
}
