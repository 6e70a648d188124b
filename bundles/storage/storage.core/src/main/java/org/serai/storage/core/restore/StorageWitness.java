package org.serai.storage.core.restore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.serai.cluster.spi.BackupFinder;
import org.serai.cluster.spi.RestoreWitness;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.spi.Identifies;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.SharedReads;
import org.serai.storage.spi.StorageDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the pools of a backup as they are now, and tells which LUs they hold under which epochs. */
@Component(service = {RestoreWitness.class, BackupFinder.class})
public final class StorageWitness implements RestoreWitness, BackupFinder {
    private static final Logger LOG = LoggerFactory.getLogger(StorageWitness.class);

    private final Map<String, StorageDriver> drivers = new ConcurrentHashMap<>();

    /** Without a driver yet. */
    @Activate
    public StorageWitness() {}

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindDriver(StorageDriver driver, Map<String, Object> properties) {
        add(String.valueOf(properties.get("storage.driver")), driver);
    }

    void unbindDriver(StorageDriver driver, Map<String, Object> properties) {
        drivers.remove(String.valueOf(properties.get("storage.driver")), driver);
    }

    /** A driver has come. */
    void add(String name, StorageDriver driver) {
        drivers.put(name, driver);
    }

    @Override
    public Testimony examine(Database backup, Consumer<String> progress) {
        List<PoolRow> pools = backup.read(transaction -> transaction.list(PoolRow.class));
        List<PvRow> pvs = backup.read(transaction -> transaction.list(PvRow.class));
        List<LuRow> lus = backup.read(transaction -> transaction.list(LuRow.class));
        List<LookedAt> opened = new ArrayList<>();
        List<String> doubts = new ArrayList<>();
        boolean done = false;
        try {
            for (PoolRow pool : pools) {
                progress.accept("looking at pool " + pool.name());
                open(pool, pvs, doubts).ifPresent(opened::add);
            }
            done = true;
            return new PoolTestimony(opened, lus, doubts);
        } finally {
            if (!done) {
                opened.forEach(pool -> pool.store().close());
            }
        }
    }

    private Optional<LookedAt> open(PoolRow pool, List<PvRow> pvs, List<String> doubts) {
        Optional<StorageDriver> driver = Optional.ofNullable(drivers.get(pool.driver()));
        if (driver.isEmpty()) {
            doubts.add("pool " + pool.name() + ": its driver " + pool.driver() + " is not active here");
            return Optional.empty();
        }
        List<PvLayout> layout = pvs.stream()
                .filter(pv -> pv.pool().equals(pool.id()))
                .sorted(Comparator.comparingInt(PvRow::position))
                .map(pv -> new PvLayout(pv.id(), pv.position(), pv.path(), OptionalLong.empty()))
                .toList();
        try {
            return Optional.of(LookedAt.open(pool, layout, driver.get(), new UUID(0, 0)));
        } catch (SeraiException e) {
            doubts.add("pool " + pool.name() + ": " + e.what() + ": " + e.reason());
            return Optional.empty();
        }
    }

    @Override
    public List<byte[]> find(List<String> paths) {
        List<byte[]> found = new ArrayList<>();
        for (StorageDriver driver : drivers.values()) {
            if (driver instanceof Identifies able) {
                able.identify(paths).ifPresent(layout -> found.addAll(backups(driver, layout)));
            }
        }
        return found;
    }

    private static List<byte[]> backups(StorageDriver driver, PoolLayout layout) {
        List<byte[]> found = new ArrayList<>();
        UUID nobody = new UUID(0, 0);
        try (PoolStore store = driver.open(layout, new LookingContext(layout.name(), nobody, nobody, layout.pvs()))) {
            if (store instanceof SharedReads able) {
                store.lus().forEach(lu -> backup(able, lu).ifPresent(found::add));
            }
        }
        return found;
    }

    /** An LU that cannot be read is none, or is half made. */
    private static Optional<byte[]> backup(SharedReads store, UUID lu) {
        try (LuStore open = store.openShared(lu)) {
            return KeptBackup.read(open::read, open.sizeBytes());
        } catch (SeraiException | IOException unreadable) {
            LOG.info("LU {} is not looked at: {}", lu, unreadable.getMessage());
            return Optional.empty();
        }
    }
}
