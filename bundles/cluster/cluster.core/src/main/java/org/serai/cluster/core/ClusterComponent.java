package org.serai.cluster.core;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.serai.cluster.Backups;
import org.serai.cluster.Cluster;
import org.serai.cluster.Membership;
import org.serai.cluster.core.backup.ClusterBackups;
import org.serai.cluster.core.event.EventLog;
import org.serai.cluster.core.identity.Instance;
import org.serai.cluster.core.identity.Names;
import org.serai.cluster.core.liveness.ThisMachine;
import org.serai.cluster.core.member.ClusterNode;
import org.serai.cluster.core.member.ClusterNode.Surroundings;
import org.serai.cluster.core.member.Services;
import org.serai.cluster.core.software.Software;
import org.serai.cluster.core.time.ThreadRounds;
import org.serai.cluster.spi.BackupFinder;
import org.serai.cluster.spi.BackupKeeper;
import org.serai.cluster.spi.RestoreWitness;
import org.serai.database.spi.DatabaseEngine;
import org.serai.platform.SettingsGuard;
import org.serai.platform.StartHindrance;

/** The cluster core in the framework: its settings, the database engines, and the registration of its services. */
@Component(
        service = {Cluster.class, Backups.class, SettingsGuard.class, StartHindrance.class},
        immediate = true)
public final class ClusterComponent implements Cluster, Backups, SettingsGuard, StartHindrance {
    private final ClusterNode node;
    private final ClusterBackups backups;

    /** Goes on with a membership that the instance directory has. */
    @Activate
    public ClusterComponent(
            BundleContext context,
            @Reference NodeSettings nodeSettings,
            @Reference CecSettings cec,
            @Reference LeaseSettings lease,
            @Reference FenceSettings fence) {
        var directory = directory(context, "serai.instance.dir");
        var instance = Instance.open(directory, UUID::randomUUID);
        node = new ClusterNode(
                instance,
                name(nodeSettings.name(), Optional.ofNullable(context.getProperty("serai.node.name")), directory),
                cec.host(instance.node()),
                new Surroundings(
                        new ThisMachine(
                                directory(context, "serai.native.dir").resolve("serai-watchdog"),
                                instance.run(),
                                lease.hardware()),
                        lease.timing(),
                        System::nanoTime,
                        new ThreadRounds(),
                        UUID::randomUUID,
                        new SecureRandom(),
                        fence.power(),
                        EventLog.KEPT,
                        Software.into(context),
                        services(context)));
        backups = new ClusterBackups(node, ClusterBackups.Clock.system());
        node.resume();
    }

    private static Path directory(BundleContext context, String property) {
        return Path.of(Optional.ofNullable(context.getProperty(property))
                .orElseThrow(() -> new IllegalStateException("the framework property " + property + " is not set")));
    }

    private static String name(String configured, Optional<String> launcher, Path directory) {
        if (!configured.isEmpty()) {
            return configured;
        }
        var name = launcher.filter(text -> !text.isEmpty())
                .orElse(directory.toAbsolutePath().normalize().getFileName().toString());
        return Names.check("The node's name", name.replaceAll("[^A-Za-z0-9._-]", "-"));
    }

    private static Services services(BundleContext context) {
        return new Services() {
            @Override
            public <S> Runnable offer(Class<S> type, S service) {
                return context.registerService(type, service, null)::unregister;
            }
        };
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindEngine(DatabaseEngine engine) {
        node.addEngine(engine);
    }

    void unbindEngine(DatabaseEngine engine) {
        node.removeEngine(engine);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindWitness(RestoreWitness witness) {
        backups.add(witness);
    }

    void unbindWitness(RestoreWitness witness) {
        backups.remove(witness);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindKeeper(BackupKeeper keeper) {
        backups.add(keeper);
    }

    void unbindKeeper(BackupKeeper keeper) {
        backups.remove(keeper);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindFinder(BackupFinder finder) {
        backups.add(finder);
    }

    void unbindFinder(BackupFinder finder) {
        backups.remove(finder);
    }

    /** Stops in order, with a goodbye. */
    @Deactivate
    public void stop() {
        node.stop();
    }

    /** A member that took new settings would be a new incarnation: its partitions would end for it. */
    @Override
    public void requireChangeable(String key) {
        node.membership()
                .ifPresent(membership -> SettingsOfMember.requireChangeable(
                        key, membership.cluster().name()));
    }

    @Override
    public Optional<String> hindrance() {
        return node.refusal();
    }

    @Override
    public Self self() {
        return node.self();
    }

    @Override
    public Optional<Membership> membership() {
        return node.membership();
    }

    @Override
    public String state() {
        return node.state();
    }

    @Override
    public Membership create(String name, Optional<String> databaseUrl, Map<String, String> databaseProperties) {
        return node.create(name, databaseUrl, databaseProperties);
    }

    @Override
    public Membership join(String token) {
        return node.join(token);
    }

    @Override
    public String joinToken() {
        return node.joinToken();
    }

    @Override
    public void leave() {
        node.leave();
    }

    @Override
    public Backup write(Path file) {
        return backups.write(file);
    }

    @Override
    public List<String> places() {
        return backups.places();
    }

    @Override
    public Backup keep(List<String> places, int count) {
        return backups.keep(places, count);
    }

    @Override
    public List<Backup> kept(List<String> disks) {
        return backups.kept(disks);
    }

    @Override
    public Backup extract(List<String> disks, Optional<String> takenAt) {
        return backups.extract(disks, takenAt);
    }

    @Override
    public Backup read(Path file) {
        return backups.read(file);
    }

    @Override
    public Restore plan(Path file, Target target, Consumer<String> progress) {
        return backups.plan(file, target, progress);
    }

    @Override
    public Restore restore(Path file, Target target, Optional<String> typedName, Consumer<String> progress) {
        return backups.restore(file, target, typedName, progress);
    }
}
