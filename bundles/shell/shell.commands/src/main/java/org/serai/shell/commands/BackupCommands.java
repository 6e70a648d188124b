package org.serai.shell.commands;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Backups;
import org.serai.cluster.Backups.Backup;
import org.serai.cluster.Backups.Found;
import org.serai.cluster.Backups.Restore;
import org.serai.cluster.Backups.Target;
import org.serai.cluster.ClusterError;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.storage.Pool;

/** What {@code cluster:backup} and {@code cluster:restore} do and print. */
final class BackupCommands {
    static final String SECRETS =
            "it holds the cluster's secret and the CHAP secrets of exports: keep it as you keep these";

    private final NodeServices services;

    BackupCommands(NodeServices services) {
        this.services = services;
    }

    /** @param secrets what a reader of the file learns */
    record Written(
            String file,
            String cluster,
            UUID id,
            String takenAt,
            int schema,
            long rows,
            int nodes,
            long sizeBytes,
            String sha256,
            String secrets) {
        static Written of(Backup backup) {
            return new Written(
                    backup.file().toString(),
                    backup.cluster(),
                    backup.id(),
                    backup.takenAt(),
                    backup.schema(),
                    backup.rows(),
                    backup.nodes().size(),
                    backup.sizeBytes(),
                    backup.sha256(),
                    SECRETS);
        }
    }

    record Restored(
            String cluster,
            String backupTakenAt,
            String database,
            List<Found> nodes,
            List<String> changes,
            List<String> findings,
            List<String> doubts) {
        static Restored of(Restore restore) {
            return new Restored(
                    restore.backup().cluster(),
                    restore.backup().takenAt(),
                    restore.database(),
                    restore.nodes(),
                    restore.changes(),
                    restore.findings(),
                    restore.doubts());
        }
    }

    Object backup(Invocation invocation, boolean dryRun, String file) {
        Path path = invocation.resolve(file);
        if (dryRun) {
            return Plan.draft()
                    .would("write the database of cluster "
                            + services.membership().cluster().name() + " and the identities of its nodes to " + path)
                    .would("give the file the mode 0600, for " + SECRETS)
                    .plan();
        }
        return Written.of(services.get(Backups.class).write(path));
    }

    /** @param pools empty for all */
    Object keep(boolean dryRun, List<String> pools, int count) {
        Backups backups = services.get(Backups.class);
        List<String> places = pools.isEmpty() ? backups.places() : pools;
        if (dryRun) {
            Plan.Draft draft = Plan.draft()
                    .require(!places.isEmpty(), ClusterError.BAD_BACKUP.code() + ": this node has no pool attached");
            places.forEach(place -> draft.would("keep a backup in pool " + place + ", and delete all but the newest "
                    + count + " there; " + SECRETS));
            return draft.plan();
        }
        if (places.isEmpty()) {
            throw ClusterError.BAD_BACKUP.error(
                    "No backup is kept", "this node has no pool attached", "make a pool, or name a file");
        }
        return new Kept(places, backups.keep(places, count).takenAt(), SECRETS);
    }

    record Kept(List<String> pools, String takenAt, String secrets) {}

    /** @param pv one of those on which it is */
    record Line(String takenAt, String takenBy, String cluster, int schema, long rows, long sizeBytes, String pv) {}

    List<Line> backups(Invocation invocation, List<String> pvs) {
        Backups backups = services.get(Backups.class);
        List<List<String>> disks = pvs.isEmpty()
                ? services.storage().pools().stream()
                        .map(pool -> pool.pvs().stream().map(Pool.Pv::path).toList())
                        .toList()
                : List.of(resolved(invocation, pvs));
        return disks.stream()
                .flatMap(each -> backups.kept(each).stream()
                        .map(backup -> new Line(
                                backup.takenAt(),
                                backup.takenBy(),
                                backup.cluster(),
                                backup.schema(),
                                backup.rows(),
                                backup.sizeBytes(),
                                each.getFirst())))
                .toList();
    }

    private static List<String> resolved(Invocation invocation, List<String> pvs) {
        return pvs.stream().map(pv -> invocation.resolve(pv).toString()).toList();
    }

    /** The file that the operator named, or one with what was found on PVs. */
    String source(Invocation invocation, Optional<String> file, List<String> pvs, Optional<String> takenAt) {
        if (file.isPresent() == !pvs.isEmpty()) {
            throw ShellError.WRONG_USAGE.error(
                    "It is not clear which backup is meant",
                    "either a file or PVs are given",
                    "cluster:restore FILE, or cluster:restore --pv PATH");
        }
        return file.orElseGet(() -> services.get(Backups.class)
                .extract(resolved(invocation, pvs), takenAt)
                .file()
                .toString());
    }

    static Target target(Optional<String> database, Optional<String> user, Optional<String> password) {
        Map<String, String> properties = new HashMap<>();
        user.ifPresent(value -> properties.put("user", value));
        password.ifPresent(value -> properties.put("password", value));
        return new Target(database, properties);
    }

    Object restore(Invocation invocation, boolean dryRun, String file, Target target, Optional<String> typedName) {
        Backups backups = services.get(Backups.class);
        Path path = invocation.resolve(file);
        if (!dryRun) {
            return Restored.of(backups.restore(path, target, typedName, invocation::progress));
        }
        Restore restore = backups.plan(path, target, invocation::progress);
        Plan.Draft draft = Plan.draft()
                .would("fill the empty database " + restore.database() + " with the "
                        + restore.backup().rows() + " rows of the backup of "
                        + restore.backup().takenAt());
        restore.changes().forEach(draft::would);
        restore.findings().forEach(finding -> draft.would("leave as it is: " + finding));
        for (Found node : restore.nodes()) {
            draft.require(
                    !node.state().equals("alive"),
                    ClusterError.ALIVE.code() + ": node " + node.node() + " is alive: " + node.explanation());
        }
        boolean confirmed = typedName.equals(Optional.of(restore.backup().cluster()));
        restore.doubts().forEach(doubt -> draft.require(confirmed, ClusterError.NOT_CONFIRMED.code() + ": " + doubt));
        return draft.plan();
    }
}
