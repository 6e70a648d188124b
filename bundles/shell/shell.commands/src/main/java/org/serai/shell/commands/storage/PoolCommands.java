package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.ffdc.SeraiException;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.Size;
import org.serai.shell.commands.NodeServices;
import org.serai.shell.commands.Removed;
import org.serai.storage.DataChecksum;
import org.serai.storage.Lu;
import org.serai.storage.Pool;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.Pv;
import org.serai.storage.Pvs;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for storage pools. */
@Component(service = CommandGroup.class)
@Command(name = "pool", description = "Storage pools.")
public final class PoolCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public PoolCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record PvLine(UUID id, String path, long sizeBytes, Optional<Boolean> present) {}

    record PoolView(
            String name,
            String driver,
            boolean attached,
            String state,
            Optional<Long> sizeBytes,
            Optional<Long> usedBytes,
            long committedBytes,
            Optional<Double> overCommit,
            int lus,
            @Detail long extentBytes,
            @Detail DataChecksum checksum,
            @Detail List<PvLine> pvs,
            @Detail List<String> protections,
            @Detail Optional<String> trouble,
            @Detail Optional<String> action,
            @Detail UUID id) {}

    @Command(
            name = "create",
            description = "Make a pool of PVs that every node reaches by the same path.",
            footer = {
                "pool:create pool1 --pv /srv/shared/pv1:100G --checksum",
                "pool:create pool1 --pv /dev/disk/by-id/wwn-0x5000 --pv /dev/disk/by-id/wwn-0x5001"
            })
    Object create(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NAME", description = "Its name, unique in the cluster.") String name,
            @Option(
                            names = "--pv",
                            paramLabel = "PATH[:SIZE]",
                            required = true,
                            arity = "1..*",
                            description = "A file or block device; a file that does not exist is made with SIZE.")
                    List<String> pvs,
            @Option(
                            names = "--driver",
                            paramLabel = "STORAGE-DRIVER",
                            defaultValue = "extent",
                            description = "The storage driver (default: ${DEFAULT-VALUE}).")
                    String driver,
            @Option(names = "--extent", paramLabel = "SIZE", description = "The unit of thin allocation.")
                    Optional<Size> extent,
            @Option(
                            names = "--checksum",
                            description = "Keep checksums of data, so that damaged data is never returned.")
                    boolean checksum) {
        List<PvSpec> specs =
                pvs.stream().map(pv -> PvArgument.parse(invocation, pv)).toList();
        OptionalLong extentBytes =
                extent.map(size -> OptionalLong.of(size.bytes())).orElse(OptionalLong.empty());
        PoolSpec spec =
                new PoolSpec(name, driver, specs, extentBytes, checksum ? DataChecksum.CRC32C : DataChecksum.NONE);
        if (dryRun.asked()) {
            Plan.Draft draft = Plan.draft();
            specs.forEach(pv -> PvArgument.plan(pv, draft));
            // What is not there, or is no PV at all, need not be asked for what is on it.
            return draft.plan().possible() ? Told.plan(services.storage().planPool(spec), draft) : draft.plan();
        }
        Pool made = services.storage().createPool(spec);
        return view(made, Map.of());
    }

    @Command(
            name = "list",
            description = "List the pools.",
            footer = {"pool:list", "pool:list --json"})
    List<PoolView> list(@Mixin Invocation invocation) {
        Map<UUID, Long> lus = lusByPool();
        return services.storage().pools().stream().map(pool -> view(pool, lus)).toList();
    }

    @Command(
            name = "info",
            description = "Show a pool, its PVs, and what keeps a stale owner from writing to it.",
            footer = {"pool:info pool1", "pool:info pool1 --json"})
    PoolView info(
            @Mixin Invocation invocation, @Parameters(paramLabel = "POOL", description = "Its name.") String name) {
        return view(services.storage().pool(name), lusByPool());
    }

    @Command(
            name = "delete",
            description = "Delete a pool without LUs, and give its PVs back.",
            footer = {"pool:delete pool1 --dry-run", "pool:delete pool1"})
    Object delete(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its name.") String name) {
        Storage storage = services.storage();
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("delete pool " + name + " and give its PVs back")
                    .check(() -> requireEmpty(storage, storage.pool(name)))
                    .check(() -> requireDriver(storage.pool(name)))
                    .plan();
        }
        storage.deletePool(name);
        return new Removed(name);
    }

    private static void requireEmpty(Storage storage, Pool pool) {
        List<String> lus = storage.lus().stream()
                .filter(lu -> lu.pool().equals(pool.id()))
                .map(Lu::name)
                .toList();
        if (!lus.isEmpty()) {
            throw StorageError.POOL_NOT_EMPTY.error(
                    "Pool " + pool.name() + " cannot be deleted",
                    "it holds the LUs " + String.join(", ", lus),
                    "delete these first");
        }
    }

    private static void requireDriver(Pool pool) {
        pool.trouble().filter(PoolCommands::isOfDriver).ifPresent(e -> {
            throw e;
        });
    }

    private Map<UUID, Long> lusByPool() {
        return services.storage().lus().stream().collect(Collectors.groupingBy(Lu::pool, Collectors.counting()));
    }

    private PoolView view(Pool pool, Map<UUID, Long> lus) {
        return new PoolView(
                pool.name(),
                pool.driver(),
                pool.attached(),
                state(pool),
                Told.ifKnown(pool.space().isKnown(), pool.sizeBytes()),
                Told.ifKnown(pool.space().isKnown(), pool.usedBytes()),
                pool.committedBytes(),
                Told.ifKnown(pool.space().isKnown(), Told.ratio(pool.space().overCommit())),
                lus.getOrDefault(pool.id(), 0L).intValue(),
                pool.extentBytes(),
                pool.checksum(),
                pool.pvs().stream()
                        .map(pv -> new PvLine(pv.id(), pv.path(), pv.sizeBytes(), present(pool, pv)))
                        .toList(),
                pool.protections(),
                pool.trouble().map(e -> e.code().code() + ": " + e.what() + ": " + e.reason()),
                pool.trouble().map(SeraiException::action),
                pool.id());
    }

    /** Empty where that is not known, as of a pool that is not attached. */
    private Optional<Boolean> present(Pool pool, Pool.Pv pv) {
        if (!pool.attached()) {
            return Optional.empty();
        }
        return services.find(Pvs.class).map(Pvs::pvs).orElse(List.of()).stream()
                .filter(found -> found.id().equals(pv.id()))
                .findFirst()
                .map(Pv::present);
    }

    private static String state(Pool pool) {
        if (pool.attached()) {
            return "attached";
        }
        return pool.trouble()
                .filter(PoolCommands::isOfDriver)
                .map(_ -> "driver missing")
                .orElse("not attached");
    }

    private static boolean isOfDriver(SeraiException trouble) {
        return trouble.code() == StorageError.NO_SUCH_DRIVER;
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("POOL")
                ? NodeServices.names(() ->
                        services.storage().pools().stream().map(Pool::name).toList())
                : List.of();
    }
}
