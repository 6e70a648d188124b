package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.shell.Size;
import org.serai.shell.commands.NodeServices;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.PoolUpkeep;
import org.serai.storage.StorageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for LUs that a pool holds and the VIOS DB does not know, as after a restore from an older backup. */
@Component(service = CommandGroup.class)
@Command(name = "lu", description = "Logical units, the virtual disks.")
public final class StrayCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public StrayCommands(@Reference NodeServices services) {
        this.services = services;
    }

    /** @param cloneOf the LUs of whose data it shows something, by name if they have one */
    record StrayView(UUID id, String pool, long sizeBytes, long usedBytes, List<String> cloneOf) {}

    record Adopted(String name, UUID id, String pool, String client, LuKind kind, long sizeBytes) {}

    private PoolUpkeep upkeep() {
        return services.get(PoolUpkeep.class);
    }

    @Command(
            name = "strays",
            description = {
                "List LUs that pools hold and the VIOS DB does not know: made after the backup from which the cluster was",
                "restored. lu:adopt takes one back."
            },
            footer = {"lu:strays", "lu:strays pool1 --json"})
    List<StrayView> strays(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "POOL", arity = "0..1", description = "Only of this pool.")
                    Optional<String> pool) {
        List<String> pools = pool.map(List::of)
                .orElseGet(() -> services.storage().pools().stream()
                        .filter(each -> each.trouble().isEmpty())
                        .map(org.serai.storage.Pool::name)
                        .toList());
        return pools.stream()
                .flatMap(name -> upkeep().strays(name).stream()
                        .map(stray -> new StrayView(
                                stray.id(), name, stray.sizeBytes(), stray.usedBytes(), names(stray.origins()))))
                .toList();
    }

    private List<String> names(Set<UUID> lus) {
        return lus.stream()
                .map(id -> services.storage().lus().stream()
                        .filter(lu -> lu.id().equals(id))
                        .map(Lu::name)
                        .findFirst()
                        .orElse(id.toString()))
                .sorted()
                .toList();
    }

    @Command(
            name = "adopt",
            description = {
                "Make an LU of one that lu:strays shows, with the data that it has. You say whose it is: nothing in the pool",
                "tells that. Its snapshots, exports and mappings are not known any more."
            },
            footer = {
                "lu:adopt 0e3900cb-d514-4994-a639-4224c45fd9e7 --pool pool1 --client acme --name disk7 --dry-run",
                "lu:adopt 0e3900cb-d514-4994-a639-4224c45fd9e7 --pool pool1 --client acme --name disk7"
            })
    Object adopt(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "ID", description = "Its id, as lu:strays shows it.") UUID id,
            @Option(names = "--pool", paramLabel = "POOL", required = true, description = "The pool that holds it.")
                    String pool,
            @Option(
                            names = "--client",
                            paramLabel = "CLIENT",
                            required = true,
                            description = "The client whose data it holds.")
                    String client,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            required = true,
                            description = "Its name, unique in the cluster.")
                    String name,
            @Option(
                            names = "--kind",
                            paramLabel = "KIND",
                            defaultValue = "data",
                            description = "What it is for: data or image (default: ${DEFAULT-VALUE}).")
                    String kind) {
        LuKind luKind = kind(kind);
        long clientId = services.clients().client(client).id();
        if (dryRun.asked()) {
            return plan(id, pool, client, name);
        }
        upkeep().adopt(
                        new PoolUpkeep.Adoption(id, pool, name, clientId, luKind),
                        Told.bytes(invocation, "made independent of its origin"));
        Lu lu = services.storage().lu(name);
        return new Adopted(name, id, pool, client, luKind, lu.sizeBytes());
    }

    private Object plan(UUID id, String pool, String client, String name) {
        Optional<PoolUpkeep.Stray> stray = upkeep().strays(pool).stream()
                .filter(each -> each.id().equals(id))
                .findFirst();
        return Plan.draft()
                .would("make LU " + name + " of client " + client + " with the data of " + id
                        + stray.map(there -> ", " + Size.human(there.sizeBytes()))
                                .orElse(""))
                .require(
                        stray.isPresent(),
                        StorageError.NO_SUCH_LU.code() + ": pool " + pool + " holds no LU of that id without a record")
                .require(
                        services.storage().lus().stream()
                                .noneMatch(lu -> lu.name().equals(name)),
                        StorageError.LU_EXISTS.code() + ": there is an LU " + name + " already")
                .plan();
    }

    /** A hibernation image, a paging space or a mirror's log without its owner is nothing. */
    private static LuKind kind(String text) {
        for (LuKind kind : List.of(LuKind.DATA, LuKind.IMAGE)) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
                return kind;
            }
        }
        throw ShellError.WRONG_USAGE.error(
                "A stray LU cannot become '" + text + "'", "it can be data or image", "give one of these");
    }
}
