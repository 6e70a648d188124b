package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.commands.NodeServices;
import org.serai.shell.commands.Removed;
import org.serai.storage.AccessPolicy;
import org.serai.storage.DiskGroup;
import org.serai.storage.DiskGroups;
import org.serai.storage.GroupChange;
import org.serai.storage.Pv;
import org.serai.storage.Pvs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for disk groups. */
@Component(service = CommandGroup.class)
@Command(name = "diskgroup", description = "Disk groups: PVs of a pool with an access policy.")
public final class DiskGroupCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public DiskGroupCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record GroupView(
            String group,
            String pool,
            List<String> tiers,
            int pvs,
            Optional<Long> sizeBytes,
            Optional<Long> usedBytes,
            long committedBytes,
            Optional<Double> overCommit,
            List<String> clients,
            List<String> nodes,
            @Detail List<String> pvPaths,
            @Detail UUID id) {}

    @Command(
            name = "list",
            description = "List the disk groups of all pools.",
            footer = {"diskgroup:list", "diskgroup:list --json"})
    List<GroupView> list(@Mixin Invocation invocation) {
        return groups().groups().stream().map(this::view).toList();
    }

    @Command(
            name = "info",
            description = "Show a disk group.",
            footer = {"diskgroup:info pool1 ssd"})
    GroupView info(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "GROUP", description = "Its name.") String group) {
        return view(groups().group(pool, group));
    }

    @Command(
            name = "create",
            description = "Make a disk group of some of a pool's PVs; tiers are made in it next.",
            footer = {
                "diskgroup:create pool1 ssd --pv /dev/sdb --pv /dev/sdc",
                "diskgroup:create pool1 gold --pv /dev/sdd --client acme --node cec-a"
            })
    Object create(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "GROUP", description = "Its name, unique in the pool.") String group,
            @Option(names = "--pv", paramLabel = "PV", required = true, description = "A PV, by path or id.")
                    List<String> pvs,
            @Option(names = "--client", paramLabel = "CLIENT", description = "A client that may use it (default: all).")
                    List<String> clients,
            @Option(names = "--node", paramLabel = "NODE", description = "A node that may use it (default: all).")
                    List<String> nodes) {
        GroupChange change = new GroupChange.CreateGroup(pool, group, paths(invocation, pvs), policy(clients, nodes));
        return dryRun.asked() ? plan(change, clients, nodes) : apply(invocation, dryRun, change, pool, group);
    }

    @Command(
            name = "delete",
            description = "Delete a disk group without tiers.",
            footer = {"diskgroup:delete pool1 ssd"})
    Object delete(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "GROUP", description = "Its name.") String group) {
        GroupChange change = new GroupChange.DeleteGroup(pool, group);
        if (dryRun.asked()) {
            return Told.plan(groups().plan(change));
        }
        groups().apply(change, Told.bytes(invocation, "deleted"));
        return new Removed(pool + "/" + group);
    }

    @Command(
            name = "pvs",
            description = "Change the PVs of a disk group; those of its tiers must stay among them.",
            footer = {"diskgroup:pvs pool1 ssd --pv /dev/sdb --pv /dev/sde"})
    Object pvs(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "GROUP", description = "Its name.") String group,
            @Option(names = "--pv", paramLabel = "PV", required = true, description = "A PV, by path or id.")
                    List<String> pvs) {
        return apply(invocation, dryRun, new GroupChange.SetGroupPvs(pool, group, paths(invocation, pvs)), pool, group);
    }

    @Command(
            name = "policy",
            description = "Change who may use a disk group; without options everybody may.",
            footer = {"diskgroup:policy pool1 gold --client acme", "diskgroup:policy pool1 gold"})
    Object policy(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "GROUP", description = "Its name.") String group,
            @Option(names = "--client", paramLabel = "CLIENT", description = "A client that may use it.")
                    List<String> clients,
            @Option(names = "--node", paramLabel = "NODE", description = "A node that may use it.")
                    List<String> nodes) {
        GroupChange change = new GroupChange.SetPolicy(pool, group, policy(clients, nodes));
        return dryRun.asked() ? plan(change, clients, nodes) : apply(invocation, dryRun, change, pool, group);
    }

    /** Storage knows clients and nodes by id, people by name. */
    private Plan plan(GroupChange change, List<String> clients, List<String> nodes) {
        Plan.Draft draft = Plan.draft()
                .would("let in " + some(clients, "all clients", "client ") + " at "
                        + some(nodes, "all nodes", "node "));
        return Told.plan(groups().plan(change), draft);
    }

    private static String some(List<String> names, String all, String one) {
        return names == null || names.isEmpty() ? all : one + String.join(", " + one, names);
    }

    private Object apply(Invocation invocation, DryRun dryRun, GroupChange change, String pool, String group) {
        if (dryRun.asked()) {
            return Told.plan(groups().plan(change));
        }
        groups().apply(change, Told.bytes(invocation, "changed"));
        return view(groups().group(pool, group));
    }

    private AccessPolicy policy(List<String> clients, List<String> nodes) {
        Set<Long> clientIds = clients == null
                ? Set.of()
                : clients.stream()
                        .map(name -> services.clients().client(name).id())
                        .collect(Collectors.toSet());
        Set<UUID> nodeIds = nodes == null
                ? Set.of()
                : nodes.stream()
                        .map(name -> services.membership().node(name).id())
                        .collect(Collectors.toSet());
        return new AccessPolicy(clientIds, nodeIds);
    }

    private static List<String> paths(Invocation invocation, List<String> pvs) {
        return pvs.stream()
                .map(pv -> pv.contains("/") ? invocation.resolve(pv).toString() : pv)
                .toList();
    }

    private GroupView view(DiskGroup group) {
        List<String> paths = services.get(Pvs.class).pvs(group.poolName()).stream()
                .filter(pv -> group.pvs().contains(pv.id()))
                .map(Pv::path)
                .toList();
        return new GroupView(
                group.name(),
                group.poolName(),
                group.tiers().stream().map(tier -> tier.name().tier()).toList(),
                group.pvs().size(),
                Told.ifKnown(group.space().isKnown(), group.space().sizeBytes()),
                Told.ifKnown(group.space().isKnown(), group.space().usedBytes()),
                group.space().committedBytes(),
                Told.ifKnown(group.space().isKnown(), Told.ratio(group.space().overCommit())),
                group.policy().clients().stream()
                        .map(services::clientName)
                        .sorted()
                        .toList(),
                group.policy().nodes().stream().map(services::nodeName).sorted().toList(),
                paths,
                group.id());
    }

    private DiskGroups groups() {
        return services.get(DiskGroups.class);
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("GROUP")
                ? NodeServices.names(
                        () -> groups().groups().stream().map(DiskGroup::name).toList())
                : List.of();
    }
}
