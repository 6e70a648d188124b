package org.serai.shell.commands.storage;

import java.util.List;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.shell.commands.NodeServices;
import org.serai.storage.LongWork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands for long work on storage. */
@Component(service = CommandGroup.class)
@Command(name = "work", description = "Long work on storage: moves, drains, copies.")
public final class WorkCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public WorkCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record WorkView(
            String kind,
            String what,
            String node,
            long doneBytes,
            long totalBytes,
            boolean running,
            boolean cancelled,
            UUID token) {}

    @Command(
            name = "list",
            description = "List the long work that is under way at any node.",
            footer = {"work:list", "work:list --json"})
    List<WorkView> list(@Mixin Invocation invocation) {
        return services.get(LongWork.class).entries().stream()
                .map(entry -> new WorkView(
                        entry.kind(),
                        entry.what(),
                        entry.nodeName(),
                        entry.done(),
                        entry.total(),
                        entry.running(),
                        entry.cancelled(),
                        entry.token()))
                .toList();
    }

    @Command(
            name = "cancel",
            description = "Ask for the end of long work; what is done stays valid, and it can be asked for again.",
            footer = {"work:cancel 7f1c2c1e-5b0a-4a38-9c58-0a4a5b0b1f11"})
    Object cancel(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "TOKEN", description = "Its operation token, from work:list.") String token) {
        if (dryRun.asked()) {
            return Plan.draft().would("ask for the end of " + token(token)).plan();
        }
        services.get(LongWork.class).cancel(token(token));
        return list(invocation);
    }

    private static UUID token(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw ShellError.WRONG_USAGE.error(
                    "'" + text + "' is no operation token", "a token is a UUID", "take one from work:list");
        }
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("TOKEN")
                ? NodeServices.names(() -> services.get(LongWork.class).entries().stream()
                        .map(entry -> entry.token().toString())
                        .toList())
                : List.of();
    }
}
