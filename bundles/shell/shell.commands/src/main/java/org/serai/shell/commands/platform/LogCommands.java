package org.serai.shell.commands.platform;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.platform.LogLevels;
import org.serai.platform.LogLevels.LogLevel;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands for the log. */
@Component(service = CommandGroup.class)
@Command(name = "log", description = "The log of this node.")
public final class LogCommands implements CommandGroup {
    private final LogLevels levels;

    /** The commands for these levels. */
    @Activate
    public LogCommands(@Reference LogLevels levels) {
        this.levels = levels;
    }

    @Command(
            name = "level",
            description = "Show the levels, show one logger's level, or set it until the node stops.",
            footer = {"log:level", "log:level org.serai.storage", "log:level org.serai.storage DEBUG"})
    Object level(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LOGGER", arity = "0..1", description = "Its name, such as org.serai.storage.")
                    Optional<String> logger,
            @Parameters(
                            paramLabel = "LEVEL",
                            arity = "0..1",
                            description = "OFF, ERROR, WARN, INFO, DEBUG or TRACE; INHERIT takes the level back.")
                    Optional<String> level) {
        if (logger.isEmpty()) {
            return levels.all();
        }
        if (level.isEmpty()) {
            return levels.level(logger.get());
        }
        if (dryRun.asked()) {
            return Plan.draft()
                    .check(() -> levels.check(logger.get(), level.get()))
                    .would("set " + logger.get() + " to " + level.get())
                    .plan();
        }
        return levels.set(logger.get(), level.get());
    }

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "LOGGER" -> levels.all().stream().map(LogLevel::logger).toList();
            case "LEVEL" -> List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE", "OFF", "INHERIT");
            default -> List.of();
        };
    }
}
