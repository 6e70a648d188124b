package org.serai.storage.core.attach;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.cluster.spi.LeaseArea;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.relay.Relays;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** The pools that this node has open, and the drivers that are there. Changes are made under its monitor. */
public final class Attachments {
    private static final long ATTACH_WAIT_MS = 5_000;
    private static final long ATTACH_POLL_MS = 10;

    private final Catalog catalog;
    private final SpaceLock.Cluster cluster;
    private final SpaceLock.Pace pace;
    private final Relays relays;
    private final Map<String, StorageDriver> drivers = new ConcurrentHashMap<>();
    private final Map<UUID, Attachment> attached = new ConcurrentHashMap<>();
    private final Map<UUID, SeraiException> refused = new ConcurrentHashMap<>();

    public Attachments(Catalog catalog, SpaceLock.Cluster cluster, SpaceLock.Pace pace, Relays relays) {
        this.relays = relays;
        this.catalog = catalog;
        this.cluster = cluster;
        this.pace = pace;
    }

    /** Ways to PVs through neighbours. */
    public Relays relays() {
        return relays;
    }

    public void add(String name, StorageDriver driver) {
        drivers.put(name, driver);
    }

    public void remove(String name, StorageDriver driver) {
        drivers.remove(name, driver);
    }

    public StorageDriver driver(String name) {
        return Optional.ofNullable(drivers.get(name))
                .orElseThrow(() -> noDriver("There is no storage driver " + name, name));
    }

    private SeraiException noDriver(String what, String name) {
        return StorageError.NO_SUCH_DRIVER.error(
                what,
                "its bundle is not active at this node; "
                        + (drivers.isEmpty()
                                ? "no storage driver is there"
                                : "the storage drivers here are "
                                        + String.join(
                                                ", ",
                                                drivers.keySet().stream()
                                                        .sorted()
                                                        .toList())),
                "driver:why storage." + name + " tells what it lacks; install its bundle if it is gone");
    }

    /** Fails with what is the matter unless the driver of a pool is there, for something that would be done to the pool. */
    public StorageDriver driver(PoolRow pool, String cannot) {
        return Optional.ofNullable(drivers.get(pool.driver()))
                .orElseThrow(() -> noDriver(
                        "Pool " + pool.name() + " cannot be " + cannot + " without its storage driver " + pool.driver(),
                        pool.driver()));
    }

    /** Why a pool is not attached here. */
    public Optional<SeraiException> trouble(PoolRow pool) {
        return find(pool.id()).isPresent() ? Optional.empty() : Optional.of(notAttached(pool));
    }

    public boolean hasDriver(String name) {
        return drivers.containsKey(name);
    }

    public Iterable<Attachment> all() {
        return attached.values();
    }

    public Optional<Attachment> find(UUID pool) {
        return Optional.ofNullable(attached.get(pool));
    }

    /** A pool's attachment; waits a moment for one that is on its way, as after the start of a node. */
    public Attachment require(PoolRow pool) {
        long begun = pace.nanoTime().getAsLong();
        while (pool.state() == RowState.ONLINE
                && hasDriver(pool.driver())
                && find(pool.id()).isEmpty()
                && !refused.containsKey(pool.id())
                && (pace.nanoTime().getAsLong() - begun) / 1_000_000 < ATTACH_WAIT_MS) {
            pace.pause().millis(ATTACH_POLL_MS);
        }
        return find(pool.id()).orElseThrow(() -> notAttached(pool));
    }

    private SeraiException notAttached(PoolRow pool) {
        if (!hasDriver(pool.driver())) {
            return noDriver(
                    "Pool " + pool.name() + " is not attached at this node, for it has no storage driver "
                            + pool.driver(),
                    pool.driver());
        }
        String cause = pool.state() == RowState.ONLINE
                ? Optional.ofNullable(refused.get(pool.id()))
                        .map(e -> e.what() + ": " + e.reason())
                        .orElse("its PVs could not be opened, or its lease area not be written")
                : "it is " + pool.state().name().toLowerCase(java.util.Locale.ROOT);
        return StorageError.PV_UNUSABLE.error(
                "Pool " + pool.name() + " is not attached at this node",
                cause,
                "mend that; this node tries again by itself");
    }

    /** Makes a pool on its PVs and attaches it; if that fails nothing is left of it. */
    public synchronized Attachment create(PoolRow pool, PoolLayout layout) {
        StorageDriver driver = driver(pool.driver());
        SpaceLock context = new SpaceLock(
                pool.id(),
                pool.name(),
                cluster,
                pace,
                () -> catalog.layout(pool).pvs(),
                relays.of(pool.id()));
        PoolStore store = driver.create(layout, context);
        boolean done = false;
        try {
            Attachment attachment = attach(pool, driver, store, context);
            done = true;
            return attachment;
        } finally {
            if (!done) {
                store.close();
                driver.destroy(layout);
            }
        }
    }

    /** Opens a pool and renews this node's lease in it. */
    public synchronized void open(PoolRow pool, PoolLayout layout) {
        if (attached.containsKey(pool.id())) {
            return;
        }
        StorageDriver driver = driver(pool.driver());
        SpaceLock context = new SpaceLock(
                pool.id(),
                pool.name(),
                cluster,
                pace,
                () -> catalog.layout(pool).pvs(),
                relays.of(pool.id()));
        try {
            PoolStore store = driver.open(layout, context);
            boolean done = false;
            try {
                attach(pool, driver, store, context);
                done = true;
            } finally {
                if (!done) {
                    store.close();
                }
            }
            refused.remove(pool.id());
        } catch (RuntimeException e) {
            SeraiException told = e instanceof SeraiException known ? known : defect(pool, e);
            refused.put(pool.id(), told);
            throw told;
        }
    }

    private static SeraiException defect(PoolRow pool, RuntimeException e) {
        return StorageError.IO_FAILED.error(
                "Driver " + pool.driver() + " cannot open pool " + pool.name(),
                "it failed in a way that is no error of a driver: " + e,
                "look for a newer version of the driver; the log has the details",
                e);
    }

    private Attachment attach(PoolRow pool, StorageDriver driver, PoolStore store, SpaceLock context) {
        context.fencedBy(store.fence());
        LeaseArea area = store.leaseArea().orElseGet(() -> catalog.leases(pool.id()));
        LeaseArea leases = new FencedArea(area, store.fence());
        cluster.liveness().attach(leases);
        Attachment attachment = new Attachment(pool, driver, store, leases);
        attached.put(pool.id(), attachment);
        return attachment;
    }

    /** Says goodbye in the pool's lease area and closes it. Nothing of it is used any more. */
    public synchronized void detach(UUID pool) {
        Attachment attachment = attached.remove(pool);
        if (attachment == null) {
            return;
        }
        try {
            cluster.liveness().detach(attachment.leases());
        } finally {
            attachment.store().close();
        }
    }

    /** As {@link #detach}, where an error is no reason to stop. */
    public void detachQuietly(UUID pool, java.util.function.Consumer<RuntimeException> told) {
        try {
            detach(pool);
        } catch (RuntimeException e) {
            told.accept(e);
        }
    }

    /** Once all are detached: until nothing goes through neighbours any more. */
    public void awaitEndOfWays() {
        relays.awaitEnd();
    }
}
