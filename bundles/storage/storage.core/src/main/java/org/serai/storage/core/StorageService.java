package org.serai.storage.core;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Journal;
import org.serai.database.Database;
import org.serai.storage.Lu;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.PoolCheck;
import org.serai.storage.PoolSpec;
import org.serai.storage.Storage;
import org.serai.storage.spi.StorageDriver;

/** Storage without its framework. */
final class StorageService implements Storage, AutoCloseable {
    private final Catalog catalog;
    private final Attachments attachments;
    private final PoolOperations pools;
    private final LuOperations lus;
    private final Upkeep upkeep;
    private final Shown shown;
    private final Database.Registration registration;

    StorageService(
            Database database,
            SpaceLock.Cluster cluster,
            Fence fence,
            Journal journal,
            SpaceLock.Pace pace,
            ScheduledExecutorService scheduler,
            Supplier<UUID> ids) {
        catalog = new Catalog(database);
        attachments = new Attachments(catalog, cluster, pace);
        Quiet quiet = new Quiet(cluster.membership(), pace.pause());
        pools = new PoolOperations(database, catalog, attachments, journal, cluster, quiet, ids);
        lus = new LuOperations(database, catalog, attachments, cluster, fence, scheduler, ids);
        upkeep = new Upkeep(catalog, attachments, pools, lus, scheduler);
        shown = new Shown(catalog, attachments, lus, cluster);
        registration = database.onChange((_, changes) -> {
            if (changes.isEmpty() || changes.stream().anyMatch(Upkeep::concerns)) {
                upkeep.ask();
            }
        });
        upkeep.ask();
    }

    void add(String name, StorageDriver driver) {
        attachments.add(name, driver);
        upkeep.ask();
    }

    void remove(String name, StorageDriver driver) {
        attachments.remove(name, driver);
        upkeep.detach(driver);
        upkeep.ask(); // another one of that name may be there
    }

    @Override
    public Pool createPool(PoolSpec spec) {
        return shown.pool(pools.create(spec));
    }

    @Override
    public void deletePool(String name) {
        pools.delete(name);
    }

    @Override
    public List<Pool> pools() {
        return catalog.pools().stream().map(shown::pool).toList();
    }

    @Override
    public Pool pool(String name) {
        return shown.pool(catalog.pool(name));
    }

    @Override
    public PoolCheck check(String pool) {
        return attachments.require(catalog.pool(pool)).store().check();
    }

    @Override
    public Lu createLu(LuSpec spec) {
        return shown.lu(lus.create(spec));
    }

    @Override
    public void deleteLu(String name) {
        lus.delete(name);
    }

    @Override
    public List<Lu> lus() {
        return catalog.lus().stream().map(shown::lu).toList();
    }

    @Override
    public Lu lu(String name) {
        return shown.lu(catalog.lu(name));
    }

    @Override
    public Optional<Lu> lu(UUID id) {
        return catalog.lu(id).map(shown::lu);
    }

    @Override
    public OpenLu open(UUID lu, long clientId, String operation) {
        return lus.open(lu, clientId, operation);
    }

    @Override
    public OpenLu takeOver(UUID lu, long clientId, String operation, DeathProof proof) {
        return lus.takeOver(lu, clientId, operation, proof);
    }

    @Override
    public void close() {
        registration.close();
        upkeep.detachAll();
    }
}
