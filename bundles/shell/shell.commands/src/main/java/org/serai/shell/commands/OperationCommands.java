package org.serai.shell.commands;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Journal;
import org.serai.partition.Lpar;
import org.serai.partition.Partitions;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Commands that show the journal of operations. */
@Component(service = CommandGroup.class)
@Command(name = "operation", description = "Operations of several steps, and how they stand.")
public final class OperationCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public OperationCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record OperationView(
            String kind,
            String lpar,
            Journal.State state,
            String step,
            String node,
            @Detail String detail,
            @Detail UUID token) {}

    @Command(
            name = "list",
            description = "List the operations on partitions, the newest of each first.",
            footer = {"operation:list", "operation:list --lpar web1 --json", "operation:list --open"})
    List<OperationView> list(
            @Mixin Invocation invocation,
            @Option(names = "--lpar", paramLabel = "LPAR", description = "Only those on this partition.")
                    Optional<String> name,
            @Option(names = "--open", description = "Only those that have not ended.") boolean open) {
        Partitions partitions = services.partitions();
        Journal journal = services.get(Journal.class);
        List<Lpar> lpars = name.map(one -> List.of(partitions.lpar(one))).orElseGet(partitions::all);
        return lpars.stream()
                .flatMap(lpar -> journal.of("lpar:" + lpar.id()).stream().map(entry -> view(lpar, entry)))
                .filter(view -> !open || view.state() == Journal.State.RUNNING)
                .toList();
    }

    private OperationView view(Lpar lpar, Journal.Entry entry) {
        return new OperationView(
                entry.kind(),
                lpar.name(),
                entry.state(),
                entry.step(),
                services.nodeName(entry.node()),
                entry.detail(),
                entry.token());
    }
}
