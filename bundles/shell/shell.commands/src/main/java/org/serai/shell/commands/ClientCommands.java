package org.serai.shell.commands;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Client;
import org.serai.cluster.ClusterError;
import org.serai.partition.Partitions;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands for clients, the owners of partitions and LUs. */
@Component(service = CommandGroup.class)
@Command(name = "client", description = "Clients, the owners of partitions and LUs.")
public final class ClientCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public ClientCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record ClientView(String name, long id) {}

    @Command(
            name = "create",
            description = "Make a client.",
            footer = {"client:create acme", "client:create acme --json"})
    Object create(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NAME", description = "Its name, unique in the cluster.") String name) {
        if (dryRun.asked()) {
            boolean free = services.clients().all().stream()
                    .noneMatch(client -> client.name().equals(name));
            return Plan.draft()
                    .would("make client " + name + " with the next ClientID")
                    .require(free, ClusterError.CLIENT_CONFLICT.code() + ": a client " + name + " is there already")
                    .plan();
        }
        return view(services.clients().create(name));
    }

    @Command(
            name = "list",
            description = "List the clients.",
            footer = {"client:list", "client:list --json"})
    List<ClientView> list(@Mixin Invocation invocation) {
        return services.clients().all().stream().map(ClientCommands::view).toList();
    }

    @Command(
            name = "delete",
            description = "Delete a client that owns nothing.",
            footer = {"client:delete acme --dry-run", "client:delete acme"})
    Object delete(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "CLIENT", description = "Its name.") String name) {
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("delete client " + name)
                    .check(() -> requireNothingOwned(services.clients().client(name)))
                    .plan();
        }
        services.clients().delete(name);
        return new Removed(name);
    }

    private void requireNothingOwned(Client client) {
        List<String> lus = services.find(Storage.class).stream()
                .flatMap(storage -> storage.lus().stream())
                .filter(lu -> lu.clientId() == client.id())
                .map(lu -> "LU " + lu.name())
                .toList();
        List<String> lpars = services.find(Partitions.class).stream()
                .flatMap(partitions -> partitions.all().stream())
                .filter(lpar -> lpar.client().equals(client.name()))
                .map(lpar -> "partition " + lpar.name())
                .toList();
        if (!lus.isEmpty() || !lpars.isEmpty()) {
            throw ClusterError.CLIENT_CONFLICT.error(
                    "Client " + client.name() + " cannot be deleted",
                    "it owns " + String.join(", ", lus) + (lus.isEmpty() || lpars.isEmpty() ? "" : ", ")
                            + String.join(", ", lpars),
                    "delete these first");
        }
    }

    private static ClientView view(Client client) {
        return new ClientView(client.name(), client.id());
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("CLIENT")
                ? NodeServices.names(() ->
                        services.clients().all().stream().map(Client::name).toList())
                : List.of();
    }
}
