package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.partition.Lpar;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.Size;
import org.serai.shell.commands.NodeServices;
import org.serai.shell.commands.Removed;
import org.serai.storage.Paging;
import org.serai.storage.PagingLu;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for paging LUs. */
@Component(service = CommandGroup.class)
@Command(name = "paging", description = "Paging LUs: where pages of partitions go that do not fit into memory.")
public final class PagingCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public PagingCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record PagingView(
            String lu,
            String client,
            long sizeBytes,
            Optional<String> partition,
            @Detail UUID id) {}

    @Command(
            name = "list",
            description = "List the paging LUs and the partitions that have them.",
            footer = {"paging:list", "paging:list --json"})
    List<PagingView> list(@Mixin Invocation invocation) {
        return paging().pagingLus().stream().map(this::view).toList();
    }

    @Command(
            name = "request",
            description = "Give a partition a paging LU of at least a size; one that it has is grown or shrunk.",
            footer = {"paging:request web1 --minimum 1G"})
    Object request(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LPAR", description = "The partition's name.") String name,
            @Option(names = "--minimum", paramLabel = "SIZE", required = true, description = "What it needs at least.")
                    Size minimum) {
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("give partition " + name + " a paging LU of at least " + minimum)
                    .check(() -> services.partitions().lpar(name))
                    .plan();
        }
        Lpar lpar = services.partitions().lpar(name);
        long client = services.clients().client(lpar.client()).id();
        return view(paging().request(lpar.id(), client, minimum.bytes()));
    }

    @Command(
            name = "release",
            description = "Take a partition's paging LU back; its content is given up.",
            footer = {"paging:release web1"})
    Object release(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LPAR", description = "The partition's name.") String name) {
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("give up the content of the paging LU of partition " + name)
                    .check(() -> services.partitions().lpar(name))
                    .plan();
        }
        paging().release(services.partitions().lpar(name).id());
        return new Removed(name);
    }

    private PagingView view(PagingLu lu) {
        Optional<String> partition = lu.partition()
                .map(id -> services.partitions().all().stream()
                        .filter(lpar -> lpar.id().equals(id))
                        .map(Lpar::name)
                        .findFirst()
                        .orElse(id.toString()));
        return new PagingView(lu.luName(), services.clientName(lu.clientId()), lu.sizeBytes(), partition, lu.lu());
    }

    private Paging paging() {
        return services.get(Paging.class);
    }
}
