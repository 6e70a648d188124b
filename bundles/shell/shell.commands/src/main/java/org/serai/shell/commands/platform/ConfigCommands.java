package org.serai.shell.commands.platform;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.platform.Settings;
import org.serai.platform.Settings.Setting;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands for the configuration. */
@Component(service = CommandGroup.class)
@Command(name = "config", description = "The configuration of this node.")
public final class ConfigCommands implements CommandGroup {
    private static final int VALUE_BYTES_MAX = 64 << 10;

    private final Settings settings;

    /** The commands for these settings. */
    @Activate
    public ConfigCommands(@Reference Settings settings) {
        this.settings = settings;
    }

    /**
     * A setting as it is shown.
     *
     * @param value what is in force
     * @param configured whether it is set, or the default
     */
    record Row(
            String key,
            String value,
            boolean configured,
            String allowed,
            @Detail String description) {
        static Row of(Setting setting) {
            return new Row(
                    setting.key(),
                    setting.value().orElse(setting.byDefault()),
                    setting.value().isPresent(),
                    setting.allowed(),
                    setting.description());
        }
    }

    @Command(
            name = "list",
            description = "List all settings, or those whose key begins so.",
            footer = {"config:list", "config:list iscsi"})
    List<Row> list(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "PREFIX", arity = "0..1", description = "How the keys begin.")
                    Optional<String> prefix) {
        return settings.all().stream()
                .filter(setting -> setting.key().startsWith(prefix.orElse("")))
                .map(Row::of)
                .toList();
    }

    @Command(
            name = "get",
            description = "Show one setting.",
            footer = {"config:get iscsi.port"})
    Row get(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "KEY", description = "The key, such as iscsi.port.") String key) {
        return Row.of(settings.get(key));
    }

    @Command(
            name = "set",
            description = "Change a setting, at once and for every later start.",
            footer = {"config:set iscsi.port 3260", "config:set vioapi.keystorePassword -"})
    Object set(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "KEY", description = "The key, such as iscsi.port.") String key,
            @Parameters(
                            paramLabel = "VALUE",
                            description = "The value; config:get KEY tells which are allowed. - reads it from the"
                                    + " standard input, as is right for secrets.")
                    String given) {
        String value = given.equals("-")
                ? new String(invocation.input("value", VALUE_BYTES_MAX), StandardCharsets.UTF_8).strip()
                : given;
        if (dryRun.asked()) {
            return Plan.draft()
                    .check(() -> settings.check(key, value))
                    .would("set " + key + " to " + value)
                    .plan();
        }
        return Row.of(settings.set(key, value));
    }

    @Command(
            name = "unset",
            description = "Return a setting to its default.",
            footer = {"config:unset iscsi.port"})
    Object unset(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "KEY", description = "The key, such as iscsi.port.") String key) {
        if (dryRun.asked()) {
            return Plan.draft()
                    .check(() -> settings.get(key))
                    .would("return " + key + " to its default")
                    .plan();
        }
        return Row.of(settings.unset(key));
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("KEY") ? settings.all().stream().map(Setting::key).toList() : List.of();
    }
}
