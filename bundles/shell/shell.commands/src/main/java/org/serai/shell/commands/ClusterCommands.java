package org.serai.shell.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Cluster;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Membership;
import org.serai.cluster.Membership.ClusterInfo;
import org.serai.cluster.Ownership;
import org.serai.cluster.Primary;
import org.serai.partition.Partitions;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for this node's membership. */
@Component(service = CommandGroup.class)
@Command(name = "cluster", description = "The cluster that this node belongs to.")
public final class ClusterCommands implements CommandGroup {
    private static final int TOKEN_BYTES_MAX = 64 << 10;

    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public ClusterCommands(@Reference NodeServices services) {
        this.services = services;
    }

    /** @param token with which a further node joins; a secret */
    record Created(String cluster, UUID id, String node, String token) {}

    record Joined(String cluster, UUID id, String node) {}

    record Token(String token) {}

    record Left(String left) {}

    @Command(
            name = "create",
            description = "Make a cluster with this node as its first member, and print the token for the next.",
            footer = {
                "cluster:create prod",
                "cluster:create prod --database jdbc:postgresql://db1:5432/vios --user vios --password-file db.password"
            })
    Object create(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NAME", description = "The cluster's name.") String name,
            @Option(
                            names = "--database",
                            paramLabel = "URL",
                            description =
                                    "Where its database is; an embedded one in the instance directory without it.")
                    Optional<String> database,
            @Option(names = "--user", paramLabel = "USER", description = "The database's user.") Optional<String> user,
            @Option(
                            names = "--password-file",
                            paramLabel = "FILE",
                            description = "A file whose first line is the database's password.")
                    Optional<String> passwordFile) {
        Cluster cluster = services.cluster();
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("make cluster " + name + " with a database "
                            + database.map(url -> "at " + url).orElse("in the instance directory"))
                    .would("register node " + cluster.self().name() + " as its first member")
                    .check(() -> requireAlone(cluster))
                    .check(() -> passwordFile.ifPresent(file -> password(invocation.resolve(file))))
                    .plan();
        }
        Map<String, String> properties = new HashMap<>();
        user.ifPresent(value -> properties.put("user", value));
        passwordFile.ifPresent(file -> properties.put("password", password(invocation.resolve(file))));
        Membership membership = cluster.create(name, database, properties);
        ClusterInfo info = membership.cluster();
        return new Created(info.name(), info.id(), membership.self().name(), cluster.joinToken());
    }

    private static void requireAlone(Cluster cluster) {
        cluster.membership().ifPresent(membership -> {
            throw ClusterError.ALREADY_A_MEMBER.error(
                    "This node is a member of cluster " + membership.cluster().name() + " already",
                    "a node belongs to one cluster at a time",
                    "cluster:leave first");
        });
    }

    private static String password(Path file) {
        try {
            return Files.readAllLines(file).getFirst();
        } catch (IOException | java.util.NoSuchElementException e) {
            throw ShellError.FAILED.error(
                    "The password file " + file + " cannot be read",
                    e.getClass().getSimpleName() + " at reading its first line",
                    "give a file on this node with the password in its first line",
                    e);
        }
    }

    @Command(
            name = "join",
            description = "Join the cluster that made the token.",
            footer = {"cluster:join TOKEN", "cluster:join TOKEN --dry-run", "cluster:join -"})
    Object join(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(
                            paramLabel = "TOKEN",
                            description = "What cluster:token printed at a member; - reads it from the standard input,"
                                    + " so that it is in no list of processes.")
                    String given) {
        Cluster cluster = services.cluster();
        String token = given.equals("-") ? readToken(invocation) : given;
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("register node " + cluster.self().name() + " in the token's cluster")
                    .check(() -> requireAlone(cluster))
                    .plan();
        }
        Membership membership = cluster.join(token);
        ClusterInfo info = membership.cluster();
        return new Joined(info.name(), info.id(), membership.self().name());
    }

    /** The token alone, or as cluster:token prints it. */
    private static String readToken(Invocation invocation) {
        String text = new String(invocation.input("token", TOKEN_BYTES_MAX), StandardCharsets.UTF_8).strip();
        return text.substring(text.lastIndexOf(' ') + 1);
    }

    @Command(
            name = "token",
            description = "Print a token with which a further node can join. It holds secrets of the database.",
            footer = {"cluster:token", "cluster:token --json"})
    Token token(@Mixin Invocation invocation) {
        return new Token(services.cluster().joinToken());
    }

    @Command(
            name = "leave",
            description = {
                "Leave the cluster; refused while this node owns anything. With its last node the cluster ends: that is",
                "refused while there is a pool or a partition."
            },
            footer = {"cluster:leave --dry-run", "cluster:leave"})
    Object leave(@Mixin Invocation invocation, @Mixin DryRun dryRun) {
        Membership membership = services.membership();
        String name = membership.cluster().name();
        if (dryRun.asked()) {
            UUID self = membership.self().id();
            Plan.Draft draft = Plan.draft().would("leave cluster " + name);
            services.get(Ownership.class).owners().stream()
                    .filter(owner -> owner.holder().equals(Optional.of(self)))
                    .filter(owner -> !owner.object().equals(Primary.OBJECT))
                    .forEach(owner -> draft.require(
                            false,
                            ClusterError.STILL_HOLDS.code() + ": this node owns " + owner.object()
                                    + services.ownedName(owner.object())
                                            .map(known -> " (" + known + ")")
                                            .orElse("")));
            if (membership.nodes().size() == 1) {
                draft.would("end the cluster, for this is its last node");
                services.get(Storage.class)
                        .pools()
                        .forEach(pool -> draft.require(
                                false, ClusterError.STILL_HOLDS.code() + ": there is pool " + pool.name()));
                services.get(Partitions.class)
                        .all()
                        .forEach(partition -> draft.require(
                                false, ClusterError.STILL_HOLDS.code() + ": there is partition " + partition.name()));
            }
            return draft.plan();
        }
        services.cluster().leave();
        return new Left(name);
    }

    @Command(
            name = "status",
            description = {
                "Show the cluster, what is wrong in it, its database, and its nodes. Of more than "
                        + LargeCluster.LISTED_AT_MOST + " nodes the names",
                "alone are shown, first those that are not alive; --all lists each of them."
            },
            footer = {"cluster:status", "cluster:status --all", "cluster:status --json"})
    Object status(
            @Mixin Invocation invocation,
            @Option(names = "--all", description = "List each node, however many there are.") boolean all) {
        ClusterStatus status = ClusterStatus.of(services, all || invocation.json(), true);
        if (invocation.json()) {
            return status;
        }
        return LargeCluster.isOne(status) && !all
                ? LargeCluster.text(status, invocation.width())
                : ClusterStatus.of(services, all, false);
    }

    @Command(
            name = "backup",
            description = {
                "Write the configuration backup: all that the database holds, as of one instant, and which nodes there",
                "are. Without a file it is kept in the pools, in LUs of the client serai. The file can be read by its owner",
                "only: it holds secrets. LUs' data is not in it."
            },
            footer = {"cluster:backup /backup/site.backup", "cluster:backup --keep 7", "cluster:backup --pool pool1"})
    Object backup(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(
                            paramLabel = "FILE",
                            arity = "0..1",
                            description = "The file; one that is there is replaced. Without it: into pools.")
                    Optional<String> file,
            @Option(names = "--pool", paramLabel = "POOL", description = "Into this pool; without it into each.")
                    List<String> pools,
            @Option(
                            names = "--keep",
                            paramLabel = "COUNT",
                            defaultValue = "24",
                            description = "How many stay in a pool; ${DEFAULT-VALUE} without it.")
                    int keep) {
        BackupCommands commands = new BackupCommands(services);
        List<String> places = pools == null ? List.of() : pools;
        return file.isPresent()
                ? commands.backup(invocation, dryRun.asked(), file.get())
                : commands.keep(dryRun.asked(), places, Math.max(1, keep));
    }

    @Command(
            name = "backups",
            description = {
                "List the backups that pools keep, newest first. With --pv they are found by the PVs of a pool alone: at a",
                "node that belongs to no cluster, or whose database is lost."
            },
            footer = {"cluster:backups", "cluster:backups --pv /dev/sdb --pv /dev/sdc"})
    List<BackupCommands.Line> backups(
            @Mixin Invocation invocation,
            @Option(names = "--pv", paramLabel = "PATH", description = "A PV; all of one pool are to be named.")
                    List<String> pvs) {
        return new BackupCommands(services).backups(invocation, pvs == null ? List.of() : pvs);
    }

    @Command(
            name = "restore",
            description = {
                "Restore a cluster whose database is lost, from a backup into an empty database. No node of it may run;",
                "the pools are asked whether one does. What was locked is free afterwards, partitions are stopped or",
                "hibernated, and no data in a pool is deleted: where pools differ from the backup is told."
            },
            footer = {
                "cluster:restore site.backup --dry-run",
                "cluster:restore --pv /dev/sdb --pv /dev/sdc",
                "cluster:restore site.backup --database jdbc:postgresql://db1:5432/vios --user vios --password-file word"
            })
    Object restore(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "What cluster:backup wrote.")
                    Optional<String> file,
            @Mixin RestoreOptions options) {
        Optional<String> password = options.passwordFile().map(name -> password(invocation.resolve(name)));
        BackupCommands commands = new BackupCommands(services);
        return commands.restore(
                invocation,
                dryRun.asked(),
                commands.source(invocation, file, options.pvs(), options.takenAt()),
                BackupCommands.target(options.database(), options.user(), password),
                options.confirm());
    }
}
