package org.serai.shell.commands;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.scsi.Export;
import org.serai.scsi.Exports;
import org.serai.scsi.LuExports;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.ReadExports;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Commands that show the targets. */
@Component(service = CommandGroup.class)
@Command(name = "target", description = "Targets: what this node serves to initiators.")
public final class TargetCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public TargetCommands(@Reference NodeServices services) {
        this.services = services;
    }

    /**
     * A target.
     *
     * @param lu for a plain export its LU; empty for the target of a partition
     * @param urls of its LUNs, without credentials
     */
    record TargetView(
            String target,
            String node,
            Optional<String> lu,
            int luns,
            int sessions,
            @Detail List<String> urls) {}

    @Command(
            name = "list",
            description = "List the targets of this node, and the plain exports of all.",
            footer = {"target:list", "target:list --json"})
    List<TargetView> list(@Mixin Invocation invocation) {
        Map<String, ExportedLu> plain = new HashMap<>();
        services.find(LuExports.class).stream()
                .flatMap(exports -> exports.all().stream())
                .forEach(export -> plain.put(export.target(), export));
        services.find(ReadExports.class).stream()
                .flatMap(exports -> exports.all().stream())
                .forEach(export -> plain.put(export.target(), export));
        List<TargetView> targets = new ArrayList<>();
        for (Export export : services.get(Exports.class).exports()) {
            targets.add(new TargetView(
                    export.target(),
                    services.membership().self().name(),
                    Optional.ofNullable(plain.remove(export.target())).map(ExportedLu::lu),
                    export.urls().size(),
                    export.sessions(),
                    export.urls().stream()
                            .map(TargetCommands::withoutCredentials)
                            .toList()));
        }
        plain.values().stream()
                .map(export -> new TargetView(
                        export.target(),
                        export.node(),
                        Optional.of(export.lu()),
                        1,
                        export.sessions(),
                        List.of(withoutCredentials(export.url()))))
                .forEach(targets::add);
        return targets;
    }

    static String withoutCredentials(String url) {
        return url.replaceFirst("^iscsi://[^/@]*@", "iscsi://").replaceFirst("\\?.*$", "");
    }
}
