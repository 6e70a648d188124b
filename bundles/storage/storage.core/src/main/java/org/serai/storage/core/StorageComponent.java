package org.serai.storage.core;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.storage.Lu;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Plan;
import org.serai.storage.Pool;
import org.serai.storage.PoolCheck;
import org.serai.storage.PoolSpec;
import org.serai.storage.Storage;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.spi.StorageDriver;

/** Storage, while this node belongs to a cluster. Drivers come and go; the pools of a driver come and go with it. */
@Component(
        service = {Storage.class, StorageComponent.class},
        immediate = true)
public final class StorageComponent implements Storage {
    private final StorageService service;
    private final ScheduledExecutorService scheduler;
    private final AtomicReference<Optional<EventAdmin>> events = new AtomicReference<>(Optional.empty());

    /** Attaches the cluster's pools as their drivers appear. */
    @Activate
    public StorageComponent(
            @Reference Database database,
            @Reference Membership membership,
            @Reference Ownership ownership,
            @Reference Liveness liveness,
            @Reference Fence fence,
            @Reference Journal journal) {
        // A platform thread: what it does blocks in system calls.
        scheduler = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("storage").daemon().factory());
        service = new StorageService(
                database,
                new SpaceLock.Cluster(membership, ownership, liveness),
                fence,
                journal,
                new SpaceLock.Pace(
                        System::nanoTime,
                        millis -> LockSupport.parkNanos(millis * 1_000_000),
                        RandomGenerator.of("L64X128MixRandom"),
                        InstantSource.system()),
                scheduler,
                UUID::randomUUID,
                this::tell);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindEvents(EventAdmin eventAdmin) {
        events.set(Optional.of(eventAdmin));
    }

    void unbindEvents(EventAdmin eventAdmin) {
        events.compareAndSet(Optional.of(eventAdmin), Optional.empty());
    }

    private void tell(String topic, Map<String, Object> properties) {
        events.get().ifPresent(admin -> admin.postEvent(new Event(topic, properties)));
    }

    /** What the other services of this bundle are made of. */
    public StorageService service() {
        return service;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindDriver(StorageDriver driver, Map<String, Object> properties) {
        service.add(name(properties), driver);
    }

    void unbindDriver(StorageDriver driver, Map<String, Object> properties) {
        service.remove(name(properties), driver);
    }

    private static String name(Map<String, Object> properties) {
        return String.valueOf(properties.get("storage.driver"));
    }

    @Deactivate
    void deactivate() {
        service.close();
        scheduler.shutdownNow();
    }

    @Override
    public Pool createPool(PoolSpec spec) {
        return service.createPool(spec);
    }

    @Override
    public Plan planPool(PoolSpec spec) {
        return service.planPool(spec);
    }

    @Override
    public void deletePool(String name) {
        service.deletePool(name);
    }

    @Override
    public List<Pool> pools() {
        return service.pools();
    }

    @Override
    public Pool pool(String name) {
        return service.pool(name);
    }

    @Override
    public PoolCheck check(String pool) {
        return service.check(pool);
    }

    @Override
    public Lu createLu(LuSpec spec) {
        return service.createLu(spec);
    }

    @Override
    public void deleteLu(String name) {
        service.deleteLu(name);
    }

    @Override
    public List<Lu> lus() {
        return service.lus();
    }

    @Override
    public Lu lu(String name) {
        return service.lu(name);
    }

    @Override
    public Optional<Lu> lu(UUID id) {
        return service.lu(id);
    }

    @Override
    public OpenLu open(UUID lu, long clientId, String operation) {
        return service.open(lu, clientId, operation);
    }

    @Override
    public OpenLu takeOver(UUID lu, long clientId, String operation, DeathProof proof) {
        return service.takeOver(lu, clientId, operation, proof);
    }
}
