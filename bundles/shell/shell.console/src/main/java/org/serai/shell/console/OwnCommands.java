package org.serai.shell.console;

import java.util.List;
import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.serai.shell.CommandGroup;
import org.serai.shell.Invocation;
import org.serai.shell.ShellError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The console's own commands, which need no scope. */
@Command(name = Catalog.OWN_SCOPE)
final class OwnCommands implements CommandGroup {
    private final Catalog catalog;
    private final Usage usage;

    OwnCommands(Catalog catalog, Usage usage) {
        this.catalog = catalog;
        this.usage = usage;
    }

    /** A line of the list of commands. */
    record CommandLineView(String command, String description) {}

    /** The help of a command. */
    record HelpView(String command, String description, String help) {}

    @Command(
            name = "help",
            description = "List the commands, or tell all about one.",
            footer = {"help", "help lu", "help lu:create"})
    Object help(
            @Mixin Invocation invocation,
            @Parameters(
                            paramLabel = "COMMAND",
                            arity = "0..1",
                            description = "A command such as lu:create, or a scope such as lu.")
                    Optional<String> topic) {
        if (topic.isEmpty()) {
            return views(catalog.entries());
        }
        Optional<Catalog.Entry> command = catalog.find(topic.get());
        if (command.isPresent()) {
            String text = usage.text(usage.commandLine(command.get(), invocation), invocation.width());
            Catalog.Entry entry = command.get();
            return invocation.json() ? new HelpView(entry.fullName(), entry.description(), text) : text;
        }
        List<Catalog.Entry> scope = catalog.entries().stream()
                .filter(entry -> entry.scope().equals(topic.get()))
                .toList();
        if (scope.isEmpty()) {
            throw unknown(topic.get());
        }
        return views(scope);
    }

    @Command(
            name = "exit",
            description = "End the session.",
            footer = {"exit", "exit 3"})
    void exit(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "CODE", arity = "0..1", defaultValue = "0", description = "The exit code.")
                    int code) {
        throw new SessionEnd(code & 0xff);
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("COMMAND")
                ? catalog.entries().stream().map(Catalog.Entry::fullName).toList()
                : List.of();
    }

    private static List<CommandLineView> views(List<Catalog.Entry> entries) {
        return entries.stream()
                .map(entry -> new CommandLineView(entry.fullName(), entry.description()))
                .toList();
    }

    private SeraiException unknown(String topic) {
        List<String> similar = catalog.similar(topic);
        return ShellError.UNKNOWN_COMMAND.error(
                "There is no command " + topic,
                "no bundle that is active offers it",
                similar.isEmpty() ? "help lists all commands" : "did you mean " + String.join(" or ", similar) + "?");
    }
}
