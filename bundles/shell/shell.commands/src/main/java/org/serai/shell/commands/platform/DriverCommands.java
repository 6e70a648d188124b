package org.serai.shell.commands.platform;

import java.time.InstantSource;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.serai.platform.PlatformError;
import org.serai.shell.CommandGroup;
import org.serai.shell.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands for drivers. */
@Component(service = CommandGroup.class)
@Command(name = "driver", description = "Drivers, and what they lack.")
public final class DriverCommands implements CommandGroup {
    private static final String STORAGE = "storage.";

    private final Drivers drivers;

    /** The commands in that framework. */
    @Activate
    public DriverCommands(BundleContext context, @Reference ServiceComponentRuntime runtime) {
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

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "DRIVER" -> drivers.names();
            case "STORAGE-DRIVER" ->
                drivers.names().stream()
                        .filter(name -> name.startsWith(STORAGE))
                        .map(name -> name.substring(STORAGE.length()))
                        .toList();
            default -> List.of();
        };
    }
}
