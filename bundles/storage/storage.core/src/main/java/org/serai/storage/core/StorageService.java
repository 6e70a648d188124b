package org.serai.storage.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.cluster.Journal;
import org.serai.database.Database;
import org.serai.storage.Alerts;
import org.serai.storage.DiskGroups;
import org.serai.storage.Locks;
import org.serai.storage.LongWork;
import org.serai.storage.Lu;
import org.serai.storage.LuChanges;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Paging;
import org.serai.storage.Parts;
import org.serai.storage.Plan;
import org.serai.storage.Pool;
import org.serai.storage.PoolCheck;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolUpkeep;
import org.serai.storage.Pvs;
import org.serai.storage.Redundancy;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;
import org.serai.storage.core.alert.Alerting;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Quiet;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Moments;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PartCatalog;
import org.serai.storage.core.catalog.SnapshotCatalog;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.change.Adopting;
import org.serai.storage.core.change.Change;
import org.serai.storage.core.change.LeftSnapshots;
import org.serai.storage.core.change.LuChangeService;
import org.serai.storage.core.change.Moving;
import org.serai.storage.core.change.Replacing;
import org.serai.storage.core.group.DiskGroupService;
import org.serai.storage.core.group.GroupChanges;
import org.serai.storage.core.locks.LockService;
import org.serai.storage.core.locks.LockTable;
import org.serai.storage.core.lu.Access;
import org.serai.storage.core.lu.Endurance;
import org.serai.storage.core.lu.LuLocks;
import org.serai.storage.core.lu.LuOpening;
import org.serai.storage.core.lu.LuOperations;
import org.serai.storage.core.lu.Naming;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.core.lu.OriginMoves;
import org.serai.storage.core.lu.PoolMove;
import org.serai.storage.core.lu.Settling;
import org.serai.storage.core.paging.PagingPolicy;
import org.serai.storage.core.paging.PagingService;
import org.serai.storage.core.parts.PartService;
import org.serai.storage.core.pool.Losing;
import org.serai.storage.core.pool.PoolOperations;
import org.serai.storage.core.pool.PoolUpkeepService;
import org.serai.storage.core.pool.PvService;
import org.serai.storage.core.redundancy.CopyPlans;
import org.serai.storage.core.redundancy.Copying;
import org.serai.storage.core.redundancy.Mirrors;
import org.serai.storage.core.redundancy.PairNews;
import org.serai.storage.core.redundancy.PairWriting;
import org.serai.storage.core.redundancy.Promotion;
import org.serai.storage.core.redundancy.Readers;
import org.serai.storage.core.redundancy.RedundancyService;
import org.serai.storage.core.relay.Relays;
import org.serai.storage.core.work.Works;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.StorageDriver;

/** Storage without its framework: everything that a node does with pools and LUs, put together. */
public final class StorageService implements Storage, AutoCloseable {
    private final Catalog catalog;
    private final Tiers tiers;
    private final Attachments attachments;
    private final PoolOperations pools;
    private final LuOperations lus;
    private final OpenLus open;
    private final Works works;
    private final Alerting alerts;
    private final PvService pvs;
    private final DiskGroupService groups;
    private final PoolUpkeepService poolUpkeep;
    private final LuChanges changes;
    private final ExecutorService mover;
    private final ExecutorService flushing;
    private final Pairs pairs;
    private final Mirrors mirrors;
    private final RedundancyService redundancy;
    private final LockService lockService;
    private final PartService parts;
    private final PagingService.Storing storing;
    private final Upkeep upkeep;
    private final Shown shown;
    private final Database.Registration registration;

    /** Puts it together; the events are those of {@link Alerts} and {@link Redundancy}. */
    StorageService(
            Database database,
            SpaceLock.Cluster cluster,
            Fence fence,
            Journal journal,
            SpaceLock.Pace pace,
            ScheduledExecutorService scheduler,
            Supplier<UUID> ids,
            BiConsumer<String, Map<String, Object>> events) {
        // Platform threads: what they do blocks in system calls.
        mover = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("storage-move").daemon().factory());
        flushing = Executors.newCachedThreadPool(
                Thread.ofPlatform().name("storage-flush-", 0).daemon().factory());
        catalog = new Catalog(database);
        attachments = new Attachments(catalog, cluster, pace, new Relays(StorageService::start, pace.pause()));
        Quiet quiet = new Quiet(cluster.membership(), pace.pause());
        pools = new PoolOperations(database, catalog, attachments, journal, cluster, quiet, ids);
        tiers = new Tiers(database, catalog);
        Moments moments = new Moments(database);
        LuLocks locks = new LuLocks(database, cluster, moments, scheduler);
        SnapshotCatalog snapshots = new SnapshotCatalog(database);
        works = new Works(database, journal, cluster, pace.nanoTime());
        Access access = new Access(tiers, () -> cluster.membership().self().id());
        Settling settling = new Settling(database, attachments, locks, snapshots);
        OriginMoves moves = new OriginMoves(catalog, snapshots, locks, works);
        alerts = new Alerting(
                database, catalog, tiers, attachments, cluster.membership(), scheduler, pace.clock(), events);
        lus = new LuOperations(database, catalog, tiers, attachments, locks, access, ids);
        pairs = new Pairs(database);
        PairWriting writing = new PairWriting(database, locks, fence, pace, new PairNews(catalog, events));
        mirrors = new Mirrors(
                catalog,
                pairs,
                attachments,
                settling,
                this::openLus,
                this::store,
                writing,
                StorageService::start,
                flushing,
                works,
                ids,
                this::askUpkeep);
        LuOpening opening = new LuOpening(catalog, attachments, locks, mirrors, settling, moves, alerts, tiers);
        Endurance endurance =
                new Endurance(pace, () -> cluster.membership().cluster().leaseMs());
        open = new OpenLus(catalog, attachments, locks, fence, access, opening, settling, endurance);
        Copying copying = new Copying(writing, catalog, tiers, pairs, open, lus, mirrors, journal, cluster, ids);
        redundancy = new RedundancyService(
                catalog,
                pairs,
                moments,
                open,
                mirrors,
                copying,
                new CopyPlans(catalog, tiers, pairs, attachments, open, access),
                new Promotion(writing, catalog, pairs, attachments),
                new Readers(database, catalog, pairs, attachments, locks, open, access, fence),
                works);
        PartCatalog partCatalog = new PartCatalog(database);
        LockTable table = new LockTable(database, cluster, moments, partCatalog);
        lockService = new LockService(catalog, pairs, partCatalog, table, attachments, cluster);
        parts = new PartService(database, catalog, pairs, partCatalog, table, locks, open, access, ids);
        Change with = new Change(
                database, catalog, tiers, snapshots, attachments, locks, open, lus, access, settling, moves, works);
        Moving moving = new Moving(
                with, new PoolMove(database, catalog, tiers, snapshots, attachments, open, settling, pace.pause()));
        changes = new GuardedChanges(
                new LuChangeService(with, moving, alerts, ids, pace.clock(), pace.nanoTime()),
                catalog,
                tiers,
                pairs,
                partCatalog);
        Losing losing = new Losing(catalog, snapshots, partCatalog, pairs, mirrors::gaveUp);
        pvs = new PvService(database, catalog, tiers, attachments, works, moving, locks, pace.pause(), losing, ids);
        groups = new DiskGroupService(
                catalog, tiers, attachments, new GroupChanges(database, catalog, tiers, moving, ids));
        storing = new PagingService.Storing(
                database, cluster.ownership(), catalog, tiers, open, lus, changes, groups, access, ids);
        poolUpkeep = new PoolUpkeepService(catalog, tiers, snapshots, attachments, works, pvs, new Adopting(with));
        upkeep = new Upkeep(
                catalog,
                attachments,
                pools,
                lus,
                open,
                new Upkeep.Further(
                        pvs,
                        new LeftSnapshots(catalog, snapshots, open),
                        works,
                        alerts,
                        new Replacing(catalog, tiers, attachments, open, moving, mover),
                        mirrors,
                        copying),
                scheduler);
        shown = new Shown(catalog, tiers, snapshots, pairs, attachments, open, cluster);
        registration = database.onChange((_, changed) -> {
            if (changed.isEmpty() || changed.stream().anyMatch(Upkeep::concerns)) {
                upkeep.ask();
            }
        });
        upkeep.ask();
    }

    /** The pools that this node has open. */
    public Attachments attachments() {
        return attachments;
    }

    /** PVs. */
    public Pvs pvs() {
        return pvs;
    }

    /** Disk groups and tiers. */
    public DiskGroups groups() {
        return groups;
    }

    /** Maps, checks and repairs. */
    public PoolUpkeep poolUpkeep() {
        return poolUpkeep;
    }

    /** Changes of LUs. */
    public LuChanges changes() {
        return changes;
    }

    /** The LU status table. */
    public Locks locks() {
        return lockService;
    }

    /** Sub-partitions. */
    public Parts parts() {
        return parts;
    }

    /** Paging LUs, given out under that policy. */
    public Paging paging(PagingPolicy policy) {
        return new PagingService(storing, policy);
    }

    /** Redundant LUs. */
    public Redundancy redundancy() {
        return redundancy;
    }

    /** Alerts of fill. */
    public Alerts alerts() {
        return alerts;
    }

    /** Long work. */
    public LongWork works() {
        return works;
    }

    private void askUpkeep() {
        upkeep.ask();
    }

    private OpenLus openLus() {
        return open;
    }

    /** For what takes long and blocks in system calls. */
    private static void start(Runnable work) {
        Thread.ofPlatform().name("storage-long").daemon().start(work);
    }

    private LuStore store(LuRow row, Attachment attachment, Grant grant) {
        OpenMode mode = new OpenMode(
                grant.epoch(), tiers.placement(tiers.tier(row.tier()).orElseThrow()), pairs.isCopy(row.id()));
        return Naming.named(row, () -> attachment.store().openLu(row.id(), mode));
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
    public Plan planPool(PoolSpec spec) {
        return pools.plan(spec);
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
        if (spec.kind() == LuKind.INTENT) {
            throw StorageError.NOT_REDUNDANT.error(
                    "LU " + spec.name() + " cannot be made",
                    "LUs of this kind are made with copies only",
                    "add a copy");
        }
        return shown.lu(lus.create(spec));
    }

    @Override
    public void deleteLu(String name) {
        lus.delete(name);
    }

    @Override
    public List<Lu> lus() {
        return catalog.lus().stream()
                .filter(row -> row.kind() != LuKind.INTENT)
                .map(shown::lu)
                .toList();
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
        requireWhole(lu);
        return open.open(lu, clientId, operation);
    }

    @Override
    public OpenLu takeOver(UUID lu, long clientId, String operation, DeathProof proof) {
        requireWhole(lu);
        return open.takeOver(lu, clientId, operation, proof);
    }

    /** Copies and intents are their primary's holder's, LUs with sub-partitions theirs. */
    private void requireWhole(UUID lu) {
        catalog.lu(lu).ifPresent(row -> {
            pairs.requireNotMade(row);
            parts.requireNone(row);
        });
    }

    @Override
    public void close() {
        registration.close();
        mover.shutdownNow();
        upkeep.detachAll();
        flushing.shutdown(); // the last flush is that of the last LU
    }
}
