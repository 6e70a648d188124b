package org.serai.scsi.target.luexport;

import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.ExportSpec.Chap;
import org.serai.scsi.LuExports;
import org.serai.scsi.ScsiError;
import org.serai.scsi.spi.TargetTransport;
import org.serai.scsi.target.export.ExportService;
import org.serai.scsi.target.export.Iqn;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plain exports. The row in the VIOS DB is the truth: it is written while the LU's lock is held and deleted after the LU
 * is closed, so a node that dies in between exports again what its rows say, and what has no row holds nothing that the
 * next start would not take back. Another node that takes over has the lock first, then replaces the row: whoever comes
 * back finds the lock held, and then no row.
 */
@Component(service = LuExports.class)
public final class LuExportService implements LuExports {
    private static final Logger LOG = LoggerFactory.getLogger(LuExportService.class);
    private static final long RETRY_MS = 1000;

    private final Membership membership;
    private final Database database;
    private final Storage storage;
    private final ExportService exports;
    private final RandomGenerator secureRandom;
    private final ScheduledExecutorService scheduler;
    private final LiveExports live;
    private final LeftExports left;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, String> waitingFor = new HashMap<>();

    /** Exports what this node's rows say, as soon as their pools are there. */
    @Activate
    public LuExportService(
            @Reference Membership membership,
            @Reference Liveness liveness,
            @Reference Database database,
            @Reference Storage storage,
            @Reference ExportService exports) {
        this(
                membership,
                liveness,
                database,
                storage,
                exports,
                new SecureRandom(),
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("scsi-lu-exports").factory()));
    }

    LuExportService(
            Membership membership,
            Liveness liveness,
            Database database,
            Storage storage,
            ExportService exports,
            RandomGenerator secureRandom,
            ScheduledExecutorService scheduler) {
        this.membership = membership;
        this.database = database;
        this.storage = storage;
        this.exports = exports;
        this.secureRandom = secureRandom;
        this.scheduler = scheduler;
        this.live = new LiveExports(storage, exports, membership);
        this.left = new LeftExports(membership, liveness, storage);
        scheduler.scheduleWithFixedDelay(this::exportAgain, 0, RETRY_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public ExportedLu export(String luName, Optional<String> initiator, Consumer<String> progress) {
        initiator.ifPresent(Iqn::requireInitiator);
        exports.requireTransport();
        Optional<DeathProof> proof = proof(luName, progress);
        lock.lock();
        try {
            Lu lu = storage.lu(luName);
            Optional<LuExportRow> earlier = row(lu);
            OpenLu open = earlier.isPresent() ? open(lu, earlier.get(), proof) : live.open(lu);
            LuExportRow row;
            try {
                row = replace(earlier, newRow(lu, initiator));
            } catch (RuntimeException e) {
                open.close();
                throw e;
            }
            try {
                live.export(row, lu, open);
            } catch (RuntimeException e) {
                delete(row);
                throw e;
            }
            return describe(row);
        } finally {
            lock.unlock();
        }
    }

    /** Whether another node exports the LU and is over; not asked under the lock, since it takes seconds to know. */
    private Optional<DeathProof> proof(String luName, Consumer<String> progress) {
        // The incarnation that is asked for is the one that the node has now: it may have started anew a moment ago.
        database.catchUp(Long.MAX_VALUE);
        Lu lu = storage.lu(luName);
        Optional<LuExportRow> row = row(lu);
        try {
            return row.flatMap(each -> left.prove(each, progress));
        } catch (SeraiException e) {
            if (e.code() == ClusterError.ALIVE) {
                throw alreadyExported(lu, row.orElseThrow());
            }
            throw e;
        }
    }

    private OpenLu open(Lu lu, LuExportRow earlier, Optional<DeathProof> proof) {
        return proof.filter(each -> each.node().equals(earlier.node()))
                .map(each -> left.open(lu, each))
                .orElseThrow(() -> alreadyExported(lu, earlier));
    }

    /** Whoever holds the LU's lock says who exports it. */
    private LuExportRow replace(Optional<LuExportRow> earlier, LuExportRow row) {
        return database.write(transaction -> {
            earlier.ifPresent(each -> transaction.delete(LuExportRow.class, each.id()));
            return transaction.insert(row);
        });
    }

    @Override
    public void unexport(String luName, Consumer<String> progress) {
        Optional<DeathProof> proof = proof(luName, progress);
        lock.lock();
        try {
            Lu lu = storage.lu(luName);
            LuExportRow row = row(lu).orElseThrow(() -> ScsiError.NO_SUCH_EXPORT.error(
                    "LU " + luName + " cannot be unexported",
                    "it is not exported",
                    "target:list shows which LUs are exported"));
            if (row.node().equals(membership.self().id())) {
                try {
                    live.close(row.id());
                } finally {
                    // What could not be written when it was closed is told; it is exported no more all the same.
                    delete(row);
                }
            } else {
                OpenLu open = open(lu, row, proof);
                try {
                    delete(row);
                } finally {
                    open.close();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<ExportedLu> all() {
        return database.view(LuExportRow.class).all().stream()
                .map(this::describe)
                .sorted(Comparator.comparing(ExportedLu::lu))
                .toList();
    }

    /** As the VIOS DB has it: a node that hangs may not have told others what it did last. */
    private Optional<LuExportRow> row(Lu lu) {
        return database.read(transaction ->
                transaction.list(LuExportRow.class, "lu", lu.id()).stream().findFirst());
    }

    private void delete(LuExportRow row) {
        database.write(transaction -> {
            transaction.delete(LuExportRow.class, row.id());
            return row;
        });
    }

    private LuExportRow newRow(Lu lu, Optional<String> initiator) {
        Optional<Chap> chap = initiator.map(name -> Credentials.make(secureRandom));
        return new LuExportRow(
                UUID.randomUUID(),
                lu.id(),
                membership.self().id(),
                Targets.of(lu),
                initiator,
                chap.map(Chap::user),
                chap.map(Chap::secret));
    }

    private SeraiException alreadyExported(Lu lu, LuExportRow row) {
        return ScsiError.ALREADY_EXPORTED.error(
                "LU " + lu.name() + " cannot be exported",
                "node " + nodeName(row.node()) + " exports it already as " + row.target(),
                "lu:unexport " + lu.name() + " there first; if that node were dead, this would take the export over");
    }

    private String nodeName(UUID node) {
        return membership.node(node).map(Node::name).orElse(node.toString());
    }

    private ExportedLu describe(LuExportRow row) {
        boolean own = row.node().equals(membership.self().id());
        String portal = own
                ? exports.transport().map(TargetTransport::portal).orElse("")
                : membership.node(row.node()).map(Node::portal).orElse("");
        var spec = new ExportSpec(row.target(), row.initiator(), row.chap(), List.of());
        return new ExportedLu(
                storage.lu(row.lu()).map(Lu::name).orElse(row.lu().toString()),
                nodeName(row.node()),
                row.target(),
                row.initiator(),
                portal.isEmpty()
                        ? ""
                        : exports.transport().map(t -> t.url(portal, spec, 0)).orElse(""),
                live.sessions(row));
    }

    private void exportAgain() {
        lock.lock();
        try {
            UUID self = membership.self().id();
            for (LuExportRow row : database.view(LuExportRow.class).all()) {
                if (row.node().equals(self) && !live.has(row)) {
                    exportAgain(row);
                }
            }
        } catch (SeraiException e) {
            LOG.warn("the exports of this node could not be looked at: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the exports of this node could not be looked at", e);
        } finally {
            lock.unlock();
        }
    }

    private void exportAgain(LuExportRow row) {
        try {
            exports.requireTransport();
            Optional<Lu> lu = storage.lu(row.lu());
            if (lu.isPresent()) {
                exportAgain(row, lu.get());
                waitingFor.remove(row.id());
            }
        } catch (SeraiException e) {
            // said once for each reason, however often it is tried
            if (!e.getMessage().equals(waitingFor.put(row.id(), e.getMessage()))) {
                LOG.warn("{} cannot be exported yet, trying again: {}", row.target(), e.getMessage());
            }
        }
    }

    private void exportAgain(LuExportRow row, Lu lu) {
        OpenLu open = live.open(lu);
        // Somebody may have taken the export over, and given it back, since the row was looked at.
        if (database.read(transaction -> transaction.get(LuExportRow.class, row.id()))
                .isPresent()) {
            live.export(row, lu, open);
            LOG.info("{} is exported again", row.target());
        } else {
            open.close();
        }
    }

    @Deactivate
    void close() {
        scheduler.shutdown();
        lock.lock();
        try {
            live.closeAll();
        } finally {
            lock.unlock();
        }
    }
}
