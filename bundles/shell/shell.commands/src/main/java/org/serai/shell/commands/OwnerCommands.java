package org.serai.shell.commands;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Ownership;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Commands that show who owns what. */
@Component(service = CommandGroup.class)
@Command(name = "owner", description = "Who owns what, under which epoch.")
public final class OwnerCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public OwnerCommands(@Reference NodeServices services) {
        this.services = services;
    }

    /** @param name of the LU or partition, if it has one */
    record OwnerView(
            String object,
            Optional<String> name,
            Optional<String> node,
            long epoch,
            String operation,
            @Detail Optional<UUID> incarnation) {}

    @Command(
            name = "list",
            description = "List what is owned, by which node, under which epoch.",
            footer = {"owner:list", "owner:list --json"})
    List<OwnerView> list(@Mixin Invocation invocation) {
        return services.get(Ownership.class).owners().stream().map(this::view).toList();
    }

    private OwnerView view(Ownership.Owner owner) {
        return new OwnerView(
                owner.object(),
                services.ownedName(owner.object()),
                owner.holder().map(services::nodeName),
                owner.epoch(),
                owner.operation(),
                owner.incarnation());
    }
}
