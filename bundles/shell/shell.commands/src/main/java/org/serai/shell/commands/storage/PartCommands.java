package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.shell.Size;
import org.serai.shell.commands.NodeServices;
import org.serai.shell.commands.Removed;
import org.serai.storage.LuLock;
import org.serai.storage.LuPart;
import org.serai.storage.PartSpec;
import org.serai.storage.Parts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for sub-partitions of LUs. */
@Component(service = CommandGroup.class)
@Command(name = "part", description = "Sub-partitions: slices of an LU that are locked on their own.")
public final class PartCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public PartCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record PartView(
            String lu,
            String part,
            LuPart.Purpose purpose,
            long sizeBytes,
            Optional<String> node,
            @Detail UUID id) {
        static PartView of(LuPart part) {
            return new PartView(
                    part.luName(),
                    part.name(),
                    part.purpose(),
                    part.sizeBytes(),
                    part.lock().filter(LuLock::isHeld).map(LuLock::nodeName),
                    part.id());
        }
    }

    @Command(
            name = "list",
            description = "List the sub-partitions of an LU.",
            footer = {"part:list disk1"})
    List<PartView> list(
            @Mixin Invocation invocation, @Parameters(paramLabel = "LU", description = "Its name.") String lu) {
        return parts().parts(lu).stream().map(PartView::of).toList();
    }

    @Command(
            name = "create",
            description = "Make a sub-partition in an LU.",
            footer = {"part:create store1 web1-pages --size 1G --purpose paging"})
    Object create(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Parameters(paramLabel = "NAME", description = "Its name, unique in the LU.") String part,
            @Option(names = "--size", paramLabel = "SIZE", required = true, description = "Its size.") Size size,
            @Option(
                            names = "--purpose",
                            paramLabel = "PURPOSE",
                            defaultValue = "data",
                            description = "paging, hibernation or data (default: ${DEFAULT-VALUE}).")
                    String purpose) {
        LuPart.Purpose wanted = purpose(purpose);
        PartSpec spec = new PartSpec(lu, part, wanted, size.bytes());
        return dryRun.asked() ? Told.plan(parts().planCreate(spec)) : PartView.of(parts().create(spec));
    }

    private static LuPart.Purpose purpose(String text) {
        for (LuPart.Purpose purpose : LuPart.Purpose.values()) {
            if (purpose.name().toLowerCase(Locale.ROOT).equals(text)) {
                return purpose;
            }
        }
        throw ShellError.WRONG_USAGE.error(
                "'" + text + "' is no purpose", "the purposes are paging, hibernation and data", "give one of these");
    }

    @Command(
            name = "resize",
            description = "Change the size of a sub-partition, in use or not; what is behind a smaller end is lost.",
            footer = {"part:resize store1 web1-pages --size 2G", "part:resize store1 web1-pages --size 512M --shrink"})
    Object resize(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Parameters(paramLabel = "PART", description = "Its name.") String part,
            @Option(names = "--size", paramLabel = "SIZE", required = true, description = "Its new size.") Size size,
            @Option(names = "--shrink", description = "Yes, make it smaller and lose what is behind the new end.")
                    boolean shrink) {
        Runnable check = () -> parts().parts(lu).stream()
                .filter(each -> each.name().equals(part))
                .forEach(each -> Shrinking.require(shrink, "Sub-partition " + part, each.sizeBytes(), size));
        if (dryRun.asked()) {
            return Told.plan(
                    parts().planResize(lu, part, size.bytes()), Plan.draft().check(check));
        }
        check.run();
        return PartView.of(parts().resize(lu, part, size.bytes()));
    }

    @Command(
            name = "delete",
            description = "Delete a sub-partition that nobody holds, and give its space back.",
            footer = {"part:delete store1 web1-pages"})
    Object delete(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Parameters(paramLabel = "PART", description = "Its name.") String part) {
        if (dryRun.asked()) {
            return Told.plan(parts().planDelete(lu, part));
        }
        parts().delete(lu, part);
        return new Removed(lu + "/" + part);
    }

    private Parts parts() {
        return services.get(Parts.class);
    }

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "PURPOSE" -> List.of("data", "hibernation", "paging");
            case "PART" ->
                NodeServices.names(() -> services.storage().lus().stream()
                        .flatMap(lu -> parts().parts(lu.name()).stream())
                        .map(LuPart::name)
                        .toList());
            default -> List.of();
        };
    }
}
