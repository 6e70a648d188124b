package org.serai.cluster.core.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.serai.cluster.Backups;
import org.serai.cluster.ClusterError;
import org.serai.cluster.HostId;
import org.serai.cluster.core.backup.BackupFile.Content;
import org.serai.cluster.core.member.ClusterRow;
import org.serai.cluster.core.member.Enrolment;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.spi.BackupFinder;
import org.serai.cluster.spi.BackupKeeper;
import org.serai.cluster.spi.RestoreWitness;
import org.serai.database.Archive;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes backups, and restores from them. */
public final class ClusterBackups implements Backups {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterBackups.class);

    private final Home home;
    private final Clock clock;
    private final List<RestoreWitness> witnesses = new CopyOnWriteArrayList<>();
    private final List<BackupKeeper> keepers = new CopyOnWriteArrayList<>();
    private final List<BackupFinder> finders = new CopyOnWriteArrayList<>();

    /** What backups need of time. */
    public record Clock(InstantSource wall, LongSupplier nanoTime, LongConsumer pauseMillis) {
        /** That of this host. */
        public static Clock system() {
            return new Clock(
                    InstantSource.system(), System::nanoTime, millis -> LockSupport.parkNanos(millis * 1_000_000));
        }
    }

    /** Backups of a node. */
    public ClusterBackups(Home home, Clock clock) {
        this.home = home;
        this.clock = clock;
    }

    /** Storage has come. */
    public void add(BackupKeeper keeper) {
        keepers.add(keeper);
    }

    /** Storage has gone. */
    public void remove(BackupKeeper keeper) {
        keepers.remove(keeper);
    }

    /** Somebody has come who knows disks. */
    public void add(BackupFinder finder) {
        finders.add(finder);
    }

    /** Somebody has gone who knows disks. */
    public void remove(BackupFinder finder) {
        finders.remove(finder);
    }

    /** A domain has come. */
    public void add(RestoreWitness witness) {
        witnesses.add(witness);
    }

    /** A domain has gone. */
    public void remove(RestoreWitness witness) {
        witnesses.remove(witness);
    }

    @Override
    public Backup write(Path file) {
        return BackupFile.write(file, now());
    }

    /** The content of a backup as of now. */
    private byte[] now() {
        Archive archive = home.database().archive();
        String at = clock.wall().instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Map<String, Object> cluster = archive.rowsOf("cluster").getFirst();
        return BackupFile.encode(
                new BackupFile.Origin(
                        text(cluster, "name"),
                        UUID.fromString(text(cluster, "id")),
                        at,
                        home.self().name(),
                        archive.rowsOf("node").stream()
                                .map(ClusterBackups::identity)
                                .toList()),
                archive);
    }

    private static Identity identity(Map<String, Object> node) {
        HostId host = new HostId(
                text(node, "cec_serial"), text(node, "cec_type"), text(node, "cec_model"), HostId.Source.DERIVED);
        return new Identity(UUID.fromString(text(node, "id")), text(node, "name"), host.locationCode());
    }

    private static String text(Map<String, Object> row, String column) {
        return String.valueOf(row.get(column));
    }

    @Override
    public List<String> places() {
        return keepers.stream().flatMap(keeper -> keeper.places().stream()).toList();
    }

    @Override
    public Backup keep(List<String> places, int count) {
        byte[] content = now();
        Backup backup = BackupFile.read(Path.of("backup"), content).backup();
        String name = "backup-" + backup.takenAt().replaceAll("[-:]", "");
        for (String place : places) {
            keepers.stream()
                    .filter(keeper -> keeper.places().contains(place))
                    .findFirst()
                    .orElseThrow(() -> ClusterError.BAD_BACKUP.error(
                            "No backup is kept in " + place,
                            "no pool of that name is attached at this node",
                            "look at pool:list"))
                    .keep(place, name, content, count);
        }
        return backup;
    }

    @Override
    public List<Backup> kept(List<String> disks) {
        return found(disks).stream().map(Content::backup).toList();
    }

    private List<Content> found(List<String> disks) {
        return finders.stream()
                .flatMap(finder -> finder.find(disks).stream())
                .flatMap(bytes -> whole(disks, bytes).stream())
                .sorted(Comparator.comparing(
                                (Content content) -> content.backup().takenAt())
                        .thenComparing(content -> content.backup().revision())
                        .reversed())
                .toList();
    }

    private static Optional<Content> whole(List<String> disks, byte[] bytes) {
        try {
            return Optional.of(BackupFile.read(Path.of(disks.getFirst()), bytes));
        } catch (SeraiException damaged) {
            LOG.warn("a backup on {} is passed over: {}", disks, damaged.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Backup extract(List<String> disks, Optional<String> takenAt) {
        Content content = found(disks).stream()
                .filter(found ->
                        takenAt.isEmpty() || takenAt.get().equals(found.backup().takenAt()))
                .findFirst()
                .orElseThrow(() -> ClusterError.BAD_BACKUP.error(
                        "No backup is taken from " + String.join(", ", disks),
                        "these PVs hold no whole backup"
                                + takenAt.map(at -> " of " + at).orElse(""),
                        "name all PVs of a pool that keeps backups; cluster:backups --pv lists them"));
        Backup backup = content.backup();
        List<Identity> nodes = backup.nodes();
        return BackupFile.write(
                home.scratch().resolveSibling("found.backup"),
                BackupFile.encode(
                        new BackupFile.Origin(backup.cluster(), backup.id(), backup.takenAt(), backup.takenBy(), nodes),
                        content.archive()));
    }

    private static ClusterRow cluster(Database copy) {
        return copy.read(transaction -> transaction.list(ClusterRow.class)).stream()
                .findFirst()
                .orElseThrow(() -> ClusterError.BAD_BACKUP.error(
                        "The backup cannot be used", "it holds no cluster", "give a backup that cluster:backup wrote"));
    }

    @Override
    public Backup read(Path file) {
        return BackupFile.read(file).backup();
    }

    @Override
    public Restore plan(Path file, Target target, Consumer<String> progress) {
        return with(file, target, progress, examined -> {
            examined.staged().fill(examined.archive(), examined.adjusting());
            return examined.report();
        });
    }

    @Override
    public Restore restore(Path file, Target target, Optional<String> typedName, Consumer<String> progress) {
        return with(file, target, progress, examined -> {
            examined.requireNobodyAlive();
            examined.requireConfirmed(typedName);
            fill(examined);
            LOG.warn(
                    "cluster {} was restored from the backup of {}, SHA-256 {}",
                    examined.cluster().name(),
                    examined.backup().takenAt(),
                    examined.backup().sha256());
            progress.accept("the database is restored; this node enters the cluster");
            home.enter(examined.enrolment(), examined.cluster());
            return examined.report();
        });
    }

    /** A restore of this cluster that was cut off after its commit has only the rest to be done. */
    private void fill(Examined examined) {
        Enrolment to = examined.enrolment();
        try {
            home.engine(to.databaseUrl())
                    .restore(to.databaseUrl(), to.databaseProperties(), examined.archive(), examined.adjusting());
        } catch (SeraiException failed) {
            if (failed.code() != DatabaseError.NOT_EMPTY || !holdsRestored(examined)) {
                throw failed;
            }
            LOG.info("the database holds this backup's cluster already");
        }
    }

    private boolean holdsRestored(Examined examined) {
        Enrolment to = examined.enrolment();
        try (Database database = home.engine(to.databaseUrl()).open(to.databaseUrl(), to.databaseProperties())) {
            boolean same = database.read(transaction -> transaction.list(ClusterRow.class))
                    .equals(List.of(examined.cluster()));
            return same && database.revision() > examined.archive().revision() + Adjusting.NUMBERS_AHEAD;
        }
    }

    private interface Work {
        Restore with(Examined examined);
    }

    /** One at a time: each has the node's folder for what is thrown away. */
    private synchronized Restore with(Path file, Target target, Consumer<String> progress, Work work) {
        home.requireOutside();
        Content content = BackupFile.read(file);
        Staged staged = new Staged(home);
        List<RestoreWitness.Testimony> testimonies = new ArrayList<>();
        try (Database copy = staged.open(content.archive())) {
            ClusterRow cluster = cluster(copy);
            Enrolment enrolment = enrolment(cluster, target);
            for (RestoreWitness witness : witnesses) {
                testimonies.add(witness.examine(copy, progress));
            }
            LifeWatch watch = new LifeWatch(cluster.timing(), clock.nanoTime(), clock.pauseMillis());
            List<LifeWatch.Sign> signs = watch.watch(
                    testimonies.stream()
                            .flatMap(testimony -> testimony.leaseAreas().stream())
                            .toList(),
                    progress);
            List<NodeRow> nodes = copy.read(transaction -> transaction.list(NodeRow.class));
            return work.with(new Examined(
                    content,
                    cluster,
                    enrolment,
                    staged,
                    testimonies,
                    Signs.of(signs),
                    nodes,
                    home.self().id()));
        } catch (IOException unreadable) {
            throw ClusterError.NO_PROOF.error(
                    "It cannot be seen whether nodes of the cluster live",
                    unreadable.toString(),
                    "see that the pools' PVs can be read, and try again",
                    unreadable);
        } finally {
            testimonies.forEach(RestoreWitness.Testimony::close);
            staged.clear();
        }
    }

    private Enrolment enrolment(ClusterRow cluster, Target target) {
        Optional<Enrolment> kept = home.enrolment();
        if (kept.isPresent() && !kept.get().cluster().equals(cluster.id())) {
            throw ClusterError.WRONG_CLUSTER.error(
                    "The backup is not restored at this node",
                    "it is of cluster " + cluster.name() + ", and this node belongs to another one",
                    "restore it at a node of cluster " + cluster.name() + ", or at one that belongs to none");
        }
        Optional<Enrolment> wanted = target.databaseUrl()
                .map(url -> new Enrolment(cluster.id(), url, Map.copyOf(target.databaseProperties())));
        return wanted.or(() -> kept)
                .orElseThrow(() -> ClusterError.WRONG_CLUSTER.error(
                        "The backup is not restored",
                        "this node belongs to no cluster, so that it knows no database",
                        "say where the database is to be, with --database"));
    }
}
