package org.serai.shell.commands.storage;

import java.util.Arrays;
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
import org.serai.shell.ShellError;
import org.serai.shell.Size;
import org.serai.shell.commands.NodeServices;
import org.serai.shell.commands.Removed;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.Pool;
import org.serai.storage.Pvs;
import org.serai.storage.Redundancy;
import org.serai.storage.RedundantLu;
import org.serai.storage.TierName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for logical units. */
@Component(service = CommandGroup.class)
@Command(name = "lu", description = "Logical units, the virtual disks.")
public final class LuCommands implements CommandGroup {
    private static final List<String> KINDS = Arrays.stream(LuKind.values())
            .filter(kind -> kind != LuKind.INTENT) // made with copies only
            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
            .toList();

    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public LuCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record LuLock(String node, String operation, long epoch) {}

    record Mirror(String lu, String copy, RedundantLu.State state, long behindBytes, String since, String reason) {
        static Mirror of(RedundantLu pair) {
            return new Mirror(
                    pair.luName(), pair.copyName(), pair.state(), pair.behindBytes(), pair.since(), pair.reason());
        }
    }

    record LuView(
            String name,
            long sizeBytes,
            Optional<Long> usedBytes,
            String state,
            String pool,
            String client,
            LuKind kind,
            boolean thick,
            Optional<String> node,
            @Detail String tier,
            @Detail Optional<Long> ownBytes,
            @Detail Optional<Long> snapshotBytes,
            @Detail Optional<Long> lostBytes,
            @Detail Optional<String> origin,
            @Detail Optional<LuLock> lock,
            @Detail Optional<Mirror> mirror,
            @Detail UUID id) {}

    @Command(
            name = "create",
            description = "Make an LU; thin unless said otherwise.",
            footer = {
                "lu:create disk1 --pool pool1 --client acme --size 1G",
                "lu:create disk2 --tier pool1/ssd/fast --client acme --size 512M --thick --json"
            })
    Object create(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NAME", description = "Its name, unique in the cluster.") String name,
            @Option(
                            names = {"--pool", "--tier"},
                            paramLabel = "TIER",
                            required = true,
                            description = "What it is carved from: POOL, or POOL/GROUP/TIER.")
                    String tier,
            @Option(
                            names = "--client",
                            paramLabel = "CLIENT",
                            required = true,
                            description = "The client that owns it.")
                    String client,
            @Option(names = "--size", paramLabel = "SIZE", required = true, description = "Its size, for example 1G.")
                    Size size,
            @Option(names = "--thick", description = "Take all its space at once.") boolean thick,
            @Option(
                            names = "--kind",
                            paramLabel = "KIND",
                            defaultValue = "data",
                            description = "What it is for (default: ${DEFAULT-VALUE}).")
                    String kind) {
        LuKind luKind = kind(kind);
        if (dryRun.asked()) {
            return new LuPlans(services).create(name, TierName.of(tier), client, size, thick);
        }
        long clientId = services.clients().client(client).id();
        return view(
                services.storage().createLu(new LuSpec(name, TierName.of(tier), clientId, luKind, size.bytes(), thick)),
                List.of());
    }

    private static LuKind kind(String text) {
        for (LuKind kind : LuKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
                return kind;
            }
        }
        throw ShellError.WRONG_USAGE.error(
                "'" + text + "' is no kind of LU", "the kinds are " + String.join(", ", KINDS), "give one of these");
    }

    @Command(
            name = "list",
            description = "List the LUs.",
            footer = {"lu:list", "lu:list --json"})
    List<LuView> list(@Mixin Invocation invocation) {
        List<RedundantLu> mirrors = mirrors();
        return services.storage().lus().stream().map(lu -> view(lu, mirrors)).toList();
    }

    @Command(
            name = "info",
            description = "Show an LU, who holds it, and how its live copy stands.",
            footer = {"lu:info disk1", "lu:info disk1 --json"})
    LuView info(@Mixin Invocation invocation, @Parameters(paramLabel = "LU", description = "Its name.") String name) {
        Lu lu = services.storage().lu(name);
        long lost = services.get(Pvs.class).lostBytes(lu);
        return view(lu, mirrors(), Told.ifKnown(lost > 0, lost));
    }

    @Command(
            name = "delete",
            description = "Delete an LU that nobody holds, and give its space back.",
            footer = {"lu:delete disk1 --dry-run", "lu:delete disk1"})
    Object delete(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String name) {
        if (dryRun.asked()) {
            return new LuPlans(services).delete(name);
        }
        services.storage().deleteLu(name);
        return new Removed(name);
    }

    private List<RedundantLu> mirrors() {
        return services.find(Redundancy.class).map(Redundancy::redundantLus).orElse(List.of());
    }

    private LuView view(Lu lu, List<RedundantLu> mirrors) {
        return view(lu, mirrors, Optional.empty());
    }

    private LuView view(Lu lu, List<RedundantLu> mirrors, Optional<Long> lostBytes) {
        return new LuView(
                lu.name(),
                lu.sizeBytes(),
                Told.ifKnown(lu.isSpaceKnown(), lu.usedBytes()),
                lu.state(),
                lu.poolName(),
                services.clientName(lu.clientId()),
                lu.kind(),
                lu.thick(),
                lu.lock().map(Lu.Lock::nodeName),
                lu.place().tier().toString(),
                Told.ifKnown(lu.isSpaceKnown(), lu.place().ownBytes()),
                Told.ifKnown(lu.isSpaceKnown(), lu.place().snapshotBytes()),
                lostBytes,
                lu.place().origin(),
                lu.lock().map(lock -> new LuLock(lock.nodeName(), lock.operation(), lock.epoch())),
                mirrors.stream()
                        .filter(pair -> pair.lu().equals(lu.id()) || pair.copy().equals(lu.id()))
                        .findFirst()
                        .map(Mirror::of),
                lu.id());
    }

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "LU" ->
                NodeServices.names(
                        () -> services.storage().lus().stream().map(Lu::name).toList());
            // What follows is the clone's name.
            case "LU=CLONE" ->
                NodeServices.names(() -> services.storage().lus().stream()
                        .map(lu -> lu.name() + "=")
                        .toList());
            case "TIER" ->
                NodeServices.names(() ->
                        services.storage().pools().stream().map(Pool::name).toList());
            case "KIND" -> KINDS;
            default -> List.of();
        };
    }
}
