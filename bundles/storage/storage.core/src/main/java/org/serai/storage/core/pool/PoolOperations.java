package org.serai.storage.core.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.serai.storage.AccessPolicy;
import org.serai.storage.Plan;
import org.serai.storage.PoolSpec;
import org.serai.storage.Pv;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Quiet;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.FillThresholds;
import org.serai.storage.core.catalog.GroupRow;
import org.serai.storage.core.catalog.LeaseSlotRow;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.core.catalog.PvSet;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PvUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Making and deleting pools. Both stand in the journal while they are under way: what a node leaves behind when it dies
 * is undone or finished when it starts again, or by whoever deletes the pool.
 */
public final class PoolOperations {
    public static final String CREATE = "pool-create";
    public static final String DELETE = "pool-delete";

    private static final Logger LOG = LoggerFactory.getLogger(PoolOperations.class);

    private final Database database;
    private final Catalog catalog;
    private final Attachments attachments;
    private final Journal journal;
    private final Membership membership;
    private final Liveness liveness;
    private final Quiet quiet;
    private final Supplier<UUID> ids;
    private final Set<UUID> mine = ConcurrentHashMap.newKeySet();

    public PoolOperations(
            Database database,
            Catalog catalog,
            Attachments attachments,
            Journal journal,
            SpaceLock.Cluster cluster,
            Quiet quiet,
            Supplier<UUID> ids) {
        this.database = database;
        this.catalog = catalog;
        this.attachments = attachments;
        this.journal = journal;
        this.membership = cluster.membership();
        this.liveness = cluster.liveness();
        this.quiet = quiet;
        this.ids = ids;
    }

    public PoolRow create(PoolSpec spec) {
        Names.check("a pool", spec.name());
        requirePvs(spec);
        attachments.driver(spec.driver());
        PoolRow pool = new PoolRow(
                ids.get(),
                spec.name(),
                spec.driver(),
                spec.extentBytes().orElse(0),
                RowState.CREATING,
                spec.checksum(),
                spec.pvs().size(),
                FillThresholds.USUAL);
        PoolLayout layout = layout(spec, pool.id());
        List<PvRow> pvs = layout.pvs().stream()
                .map(pv -> new PvRow(pv.pv(), pool.id(), pv.position(), pv.path(), 0, Pv.State.ONLINE))
                .toList();
        // Before the rows: rows that nobody is journalled for would never be cleared.
        Journal.Entry entry = journal.begin(CREATE, object(pool.id()), "{\"name\":\"" + pool.name() + "\"}");
        mine.add(pool.id());
        boolean done = false;
        try {
            insert(pool, pvs);
            PoolRow online = make(pool, pvs, layout);
            done = true;
            journal.end(entry, Journal.State.DONE, entry.detail());
            return online;
        } finally {
            if (!done) {
                database.write(transaction -> deleteRows(transaction, pool.id()));
                journal.end(entry, Journal.State.UNDONE, entry.detail());
            }
            mine.remove(pool.id());
        }
    }

    /** What {@link #create} would do, without doing it. */
    public Plan plan(PoolSpec spec) {
        return new PoolPlans(database, catalog, attachments).plan(spec, layout(spec, ids.get()));
    }

    private PoolLayout layout(PoolSpec spec, UUID pool) {
        List<PvLayout> pvs = new ArrayList<>();
        for (PoolSpec.PvSpec pv : spec.pvs()) {
            pvs.add(new PvLayout(ids.get(), pvs.size(), Catalog.canonical(pv.path()), pv.sizeBytes()));
        }
        return new PoolLayout(pool, spec.name(), pvs, spec.extentBytes().orElse(0), spec.checksum());
    }

    static SeraiException exists(String name) {
        return StorageError.POOL_EXISTS.error(
                "There is a pool " + name + " already", "names are unique", "choose another name");
    }

    /** Whether this node makes or deletes the pool just now. */
    public boolean isMine(UUID pool) {
        return mine.contains(pool);
    }

    static void requirePvs(PoolSpec spec) {
        if (spec.pvs().isEmpty()) {
            throw StorageError.PV_UNUSABLE.error(
                    "Pool " + spec.name() + " cannot be made", "it has no PV", "give at least one PV");
        }
        Set<String> paths = new HashSet<>();
        for (PoolSpec.PvSpec pv : spec.pvs()) {
            if (!paths.add(Catalog.canonical(pv.path()))) {
                throw StorageError.PV_IN_USE.error(
                        "PV " + pv.path() + " cannot be taken twice", "it is listed twice", "list each PV once");
            }
            if (pv.sizeBytes().isPresent() && pv.sizeBytes().getAsLong() <= 0) {
                throw StorageError.BAD_SIZE.error(
                        "PV " + pv.path() + " cannot have " + pv.sizeBytes().getAsLong() + " bytes",
                        "a size is positive",
                        "give another size");
            }
        }
    }

    private void insert(PoolRow pool, List<PvRow> pvs) {
        database.write(transaction -> {
            if (!transaction.list(PoolRow.class, "name", pool.name()).isEmpty()) {
                throw exists(pool.name());
            }
            transaction.insert(pool);
            // The default disk group and tier have the pool's id, as in the schema's own migration.
            transaction.insert(GroupRow.of(pool.id(), pool.id(), TierName.DEFAULT, PvSet.ALL, AccessPolicy.OPEN));
            transaction.insert(new TierRow(pool.id(), pool.id(), TierName.DEFAULT, PvSet.ALL, FillThresholds.USUAL));
            for (PvRow pv : pvs) {
                transaction.list(PvRow.class, "path", pv.path()).stream()
                        .findFirst()
                        .ifPresent(other -> {
                            throw StorageError.PV_IN_USE.error(
                                    "PV " + pv.path() + " is in use",
                                    "it belongs to pool "
                                            + transaction
                                                    .get(PoolRow.class, other.pool())
                                                    .map(PoolRow::name)
                                                    .orElse(other.pool().toString()),
                                    "choose another PV, or delete that pool first");
                        });
                transaction.insert(pv);
            }
            return pool;
        });
    }

    private PoolRow make(PoolRow pool, List<PvRow> pvs, PoolLayout layout) {
        PoolRow online = pool.in(RowState.ONLINE);
        Attachment attachment = attachments.create(online, layout);
        boolean done = false;
        try {
            List<PvUsage> sizes = attachment.store().pvs();
            database.write(transaction -> {
                for (PvRow pv : pvs) {
                    transaction.update(pv.sized(sizes.get(pv.position()).sizeBytes()));
                }
                return transaction.update(online);
            });
            done = true;
            return online;
        } finally {
            if (!done) {
                attachments.detachQuietly(pool.id(), e -> LOG.warn("{}", e.getMessage()));
                attachment.driver().destroy(layout);
            }
        }
    }

    public void delete(String name) {
        PoolRow pool = catalog.pool(name);
        attachments.driver(pool, "deleted");
        if (pool.state() != RowState.ONLINE) {
            requireLeftBehind(pool);
        }
        Journal.Entry entry = journal.begin(DELETE, object(pool.id()), "{\"name\":\"" + name + "\"}");
        boolean marked = false;
        mine.add(pool.id());
        try {
            markDeleting(pool);
            marked = true;
            finishDelete(pool);
        } finally {
            mine.remove(pool.id());
            if (!marked) {
                journal.end(entry, Journal.State.UNDONE, entry.detail());
            }
        }
        journal.of(object(pool.id())).stream()
                .filter(open -> open.state() == Journal.State.RUNNING)
                .forEach(open -> journal.end(open, stateFor(open), open.detail()));
    }

    private void markDeleting(PoolRow pool) {
        database.write(transaction -> {
            PoolRow row = transaction
                    .get(PoolRow.class, pool.id())
                    .orElseThrow(() -> StorageError.NO_SUCH_POOL.error(
                            "There is no pool " + pool.name(), "it was just deleted", "nothing is left to do"));
            List<LuRow> lus = transaction.list(LuRow.class, "pool", pool.id());
            if (!lus.isEmpty()) {
                throw StorageError.POOL_NOT_EMPTY.error(
                        "Pool " + pool.name() + " cannot be deleted",
                        "it holds " + lus.size() + " LUs, " + lus.getFirst().name() + " among them",
                        "delete its LUs first");
            }
            transaction.list(LuRow.class, "other_pool", pool.id()).stream()
                    .findFirst()
                    .ifPresent(lu -> {
                        throw StorageError.POOL_NOT_EMPTY.error(
                                "Pool " + pool.name() + " cannot be deleted",
                                "LU " + lu.name() + " of another pool is moved, or a move of it was cut off",
                                "wait for that to end, or use that LU once, which clears what is left");
                    });
            return transaction.update(row.in(RowState.DELETING));
        });
    }

    private void finishDelete(PoolRow pool) {
        attachments.find(pool.id()).ifPresent(quiet::awaitOthersGone);
        attachments.detach(pool.id());
        attachments.driver(pool.driver()).destroy(catalog.layout(pool));
        database.write(transaction -> deleteRows(transaction, pool.id()));
    }

    private void requireLeftBehind(PoolRow pool) {
        for (Journal.Entry open : journal.of(object(pool.id()))) {
            if (open.state() == Journal.State.RUNNING && isAlive(open)) {
                throw StorageError.POOL_IN_USE.error(
                        "Pool " + pool.name() + " cannot be deleted now",
                        "operation " + open.kind() + " of node " + nodeName(open.node()) + " is under way",
                        "wait until it has ended");
            }
        }
    }

    private boolean isAlive(Journal.Entry entry) {
        boolean sameIncarnation = membership
                .node(entry.node())
                .filter(node -> node.incarnation().equals(entry.incarnation()))
                .isPresent();
        if (!sameIncarnation) {
            return false;
        }
        return entry.node().equals(membership.self().id())
                || switch (liveness.seen(entry.node()).state()) {
                    case DEAD, STOPPED -> false;
                    case ALIVE, SUSPECT, UNKNOWN -> true;
                };
    }

    private String nodeName(UUID node) {
        return membership.node(node).map(found -> found.name()).orElse(node.toString());
    }

    /**
     * Undoes and finishes what an earlier incarnation of this node began.
     *
     * @return whether nothing of the kind is left
     */
    public boolean recover() {
        return recover(CREATE) & recover(DELETE);
    }

    private boolean recover(String kind) {
        boolean all = true;
        for (Journal.Entry open : journal.open(kind)) {
            boolean earlier = open.node().equals(membership.self().id())
                    && !open.incarnation().equals(membership.self().incarnation());
            all &= !earlier || recover(open);
        }
        return all;
    }

    private boolean recover(Journal.Entry open) {
        UUID id = UUID.fromString(open.object().substring(open.object().indexOf(':') + 1));
        Optional<PoolRow> left = database.read(transaction -> transaction.get(PoolRow.class, id));
        if (left.isPresent() && !attachments.hasDriver(left.get().driver())) {
            // Its driver's bundle may come a moment later, and brings another round.
            return false;
        }
        left.ifPresent(pool -> {
            if (pool.state() != RowState.ONLINE) {
                LOG.info(
                        "Pool {} was left {} by an earlier start of this node and is cleared",
                        pool.name(),
                        pool.state());
                finishDelete(pool);
            }
        });
        journal.end(open, stateFor(open), open.detail());
        return true;
    }

    private Journal.State stateFor(Journal.Entry entry) {
        boolean gone = database.read(transaction -> transaction.get(
                        PoolRow.class,
                        UUID.fromString(entry.object().substring(entry.object().indexOf(':') + 1))))
                .isEmpty();
        return gone == entry.kind().equals(DELETE) ? Journal.State.DONE : Journal.State.UNDONE;
    }

    private static Object deleteRows(Transaction transaction, UUID pool) {
        for (GroupRow group : transaction.list(GroupRow.class, "pool", pool)) {
            transaction
                    .list(TierRow.class, "disk_group", group.id())
                    .forEach(tier -> transaction.delete(TierRow.class, tier.id()));
            transaction.delete(GroupRow.class, group.id());
        }
        for (PvRow pv : transaction.list(PvRow.class, "pool", pool)) {
            transaction.delete(PvRow.class, pv.id());
        }
        transaction
                .list(LeaseSlotRow.class, "pool", pool)
                .forEach(row -> transaction.delete(LeaseSlotRow.class, row.id()));
        if (transaction.get(PoolRow.class, pool).isPresent()) {
            transaction.delete(PoolRow.class, pool);
        }
        return pool;
    }

    /** Whether an error means that a row was needed by another one. */
    public static boolean isReference(SeraiException e) {
        return e.code() == DatabaseError.REFERENCE;
    }

    private static String object(UUID pool) {
        return "pool:" + pool;
    }
}
