package org.serai.scsi.target.luexport;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
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
import org.serai.cluster.DeathProof;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;
import org.serai.scsi.LuExports;
import org.serai.scsi.Paths.State;
import org.serai.scsi.target.export.ExportService;
import org.serai.scsi.target.export.Iqn;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plain exports. The rows in the VIOS DB are the truth: the first is written while the LU's lock is held, the last
 * deleted after the LU is closed. A node that dies in between exports again what its rows say, and what has no row holds
 * nothing that the next start would not take back.
 */
@Component(
        service = {LuExports.class, MessageHandler.class},
        property = "message.topic=" + PathMessage.TOPIC)
public final class LuExportService implements LuExports, MessageHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LuExportService.class);
    private static final long LOOK_MS = 1000;

    /** An initiator whose connection says nothing for longer may give it up. */
    private static final Duration INITIATORS_PATIENCE = Duration.ofSeconds(3);

    private final Cluster cluster;
    private final Storage storage;
    private final ExportService exports;
    private final RandomGenerator secureRandom;
    private final ScheduledExecutorService scheduler;
    private final ExportRows rows;
    private final Neighbours neighbours;
    private final OwnPaths paths;
    private final Descriptions descriptions;

    /** Held while paths are made or ended, and never while a node is waited for. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Exports what this node's rows say, as soon as their pools are there. */
    @Activate
    public LuExportService(
            @Reference Membership membership,
            @Reference Liveness liveness,
            @Reference Ownership ownership,
            @Reference Database database,
            @Reference Messages messages,
            @Reference Storage storage,
            @Reference ExportService exports) {
        this(
                new Cluster(membership, liveness, ownership, database),
                messages,
                storage,
                exports,
                new SecureRandom(),
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("scsi-lu-exports").factory()),
                task -> Thread.ofPlatform().daemon().name("scsi-lu-takeover").start(task),
                INITIATORS_PATIENCE);
    }

    LuExportService(
            Cluster cluster,
            Messages messages,
            Storage storage,
            ExportService exports,
            RandomGenerator secureRandom,
            ScheduledExecutorService scheduler,
            Executor threads,
            Duration initiatorsPatience) {
        this.cluster = cluster;
        this.storage = storage;
        this.exports = exports;
        this.secureRandom = secureRandom;
        this.scheduler = scheduler;
        this.rows = new ExportRows(cluster.database());
        this.neighbours = new Neighbours(cluster, messages, threads, initiatorsPatience);
        this.paths = new OwnPaths(cluster, storage, exports, neighbours, threads);
        this.descriptions = new Descriptions(cluster, storage, exports, paths);
        scheduler.scheduleWithFixedDelay(this::look, 0, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        lock.lock();
        try {
            paths.look();
        } catch (SeraiException e) {
            LOG.warn("the exports of this node could not be looked at: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the exports of this node could not be looked at", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ExportedLu export(String luName, Admitted access, Consumer<String> progress) {
        access.initiator().ifPresent(Iqn::requireInitiator);
        exports.requireTransport();
        lock.lock();
        try {
            Lu lu = storage.lu(luName);
            rows.of(lu).ifPresent(earlier -> {
                throw ExportErrors.exported(lu, names(rows.paths(earlier)), earlier.target());
            });
            OpenLu open = storage.open(lu.id(), lu.clientId(), LuPath.OPERATION);
            LuExportRow row;
            try {
                // Whoever holds the LU's lock says who exports it.
                row = rows.insert(newRow(lu, access, open));
            } catch (RuntimeException e) {
                open.close();
                throw e;
            }
            begin(row, lu, open);
            return descriptions.of(row, PathRow.of(row.id(), row.node()));
        } finally {
            lock.unlock();
        }
    }

    private LuExportRow newRow(Lu lu, Admitted access, OpenLu open) {
        var chap = access.initiator().map(name -> Credentials.make(secureRandom, access.mutual()));
        return LuExportRow.of(lu, open, self(), access, chap);
    }

    private void begin(LuExportRow row, Lu lu, OpenLu open) {
        LuPath path;
        try {
            path = paths.show(row, lu);
        } catch (RuntimeException e) {
            open.close();
            rows.delete(row, self());
            throw e;
        }
        try {
            path.adopt(open);
        } catch (RuntimeException e) {
            paths.end(row.id());
            rows.delete(row, self());
            throw e;
        }
    }

    @Override
    public ExportedLu join(String luName, Consumer<String> progress) {
        exports.requireTransport();
        Lu lu = storage.lu(luName);
        LuExportRow row = require(lu);
        LuPath path;
        lock.lock();
        try {
            if (rows.path(row, self()).isPresent()) {
                throw ExportErrors.exported(lu, List.of(cluster.self().name()), row.target());
            }
            rows.insert(PathRow.of(row.id(), self()));
            path = paths.ofExport(row.id()).orElseGet(() -> paths.show(row, lu));
        } finally {
            lock.unlock();
        }
        Set<UUID> answered = neighbours.tellOfNewPath(row.lu(), rows.paths(row));
        Optional<Owner> owner = cluster.holder(lu.id());
        if (owner.isEmpty() || cluster.mayBeOver(owner.get(), answered)) {
            takeLeft(row, path, progress);
        } else if (!answered.contains(owner.get().holder().orElseThrow())) {
            progress.accept(
                    "No pool that is attached here shows its holder, which does not answer: this path is standby.");
        }
        return descriptions.of(row, PathRow.of(row.id(), self()));
    }

    /** Takes the LU of a holder that is over; of one that lives this path is standby, and of any failure nothing is left. */
    private void takeLeft(LuExportRow row, LuPath path, Consumer<String> progress) {
        boolean taken;
        try {
            taken = path.acquireLeft(progress);
        } catch (SeraiException e) {
            end(row);
            throw e;
        }
        if (taken) {
            rows.prefer(row, self());
        } else {
            progress.accept("It is alive and keeps the LU: the path through this node is standby.");
        }
    }

    @Override
    public ExportedLu activate(String luName, String node, Consumer<String> progress) {
        Lu lu = storage.lu(luName);
        LuExportRow row = require(lu);
        Node wanted = cluster.membership().node(node);
        PathRow path = rows.path(row, wanted.id()).orElseThrow(() -> ExportErrors.noPath(lu, wanted.name()));
        if (cluster.isSelf(wanted.id())) {
            own(row).acquire(progress);
        } else {
            neighbours.ask(wanted.id(), new PathMessage(PathMessage.Kind.ACTIVATE, lu.id()));
        }
        rows.prefer(row, wanted.id());
        return descriptions.of(row, path);
    }

    private LuPath own(LuExportRow row) {
        return paths.ofExport(row.id())
                .orElseThrow(() -> ExportErrors.notShown(
                        storage.lu(row.lu()).map(Lu::name).orElse(row.target()),
                        cluster.self().name()));
    }

    @Override
    public void unexport(String luName, boolean everywhere, Consumer<String> progress) {
        Lu lu = storage.lu(luName);
        LuExportRow row = require(lu);
        boolean here = rows.path(row, self()).isPresent();
        List<PathRow> others = rows.paths(row).stream()
                .filter(path -> !cluster.isSelf(path.node()))
                .toList();
        boolean last = others.stream().noneMatch(path -> cluster.shows(path.node()));
        if (everywhere || !here || last) {
            others.forEach(path -> endOther(lu, row, path, everywhere, progress));
        }
        if (here) {
            if (!everywhere) {
                handOver(row);
            }
            end(row);
        }
    }

    /**
     * Ends the path of another node. One that lives does so itself, if it may be asked to; one that does not, and does not
     * hold the LU, finds the row gone when it comes back.
     */
    private void endOther(Lu lu, LuExportRow row, PathRow path, boolean ask, Consumer<String> progress) {
        if (cluster.shows(path.node())) {
            endLiving(lu, path, ask);
            return;
        }
        Optional<Owner> owner =
                cluster.holder(lu.id()).filter(found -> found.holder().equals(Optional.of(path.node())));
        if (owner.isPresent()) {
            Optional<DeathProof> proof = neighbours.proofUnlessAlive(owner.get(), progress);
            if (proof.isEmpty()) {
                endLiving(lu, path, ask);
                return;
            }
            storage.takeOver(lu.id(), lu.clientId(), LuPath.OPERATION, proof.get())
                    .close();
        }
        rows.delete(row, path.node());
    }

    private void endLiving(Lu lu, PathRow path, boolean ask) {
        if (!ask) {
            throw ExportErrors.elsewhere(
                    lu, cluster.name(path.node()), cluster.silentMs(path.node()), cluster.renewalMs());
        }
        neighbours.ask(path.node(), new PathMessage(PathMessage.Kind.END, lu.id()));
    }

    private void end(LuExportRow row) {
        lock.lock();
        try {
            try {
                paths.end(row.id());
            } finally {
                // What could not be written when it was closed is told; it is exported no more all the same.
                rows.delete(row, self());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has another path become active if this one is: initiators need not wait until somebody finds it left. */
    private void handOver(LuExportRow row) {
        Optional<PathRow> heir = rows.paths(row).stream()
                .filter(path -> !cluster.isSelf(path.node()) && cluster.shows(path.node()))
                .findFirst();
        boolean active = paths.ofExport(row.id())
                .filter(path -> path.state() == State.ACTIVE)
                .isPresent();
        if (active && heir.isPresent()) {
            try {
                neighbours.ask(heir.get().node(), new PathMessage(PathMessage.Kind.ACTIVATE, row.lu()));
            } catch (SeraiException e) {
                LOG.warn("{} is left to whoever takes it next: {}", row.target(), e.getMessage());
            }
        }
    }

    /** What another node that exports the LU asks of this one; only they may. */
    @Override
    public byte[] handle(UUID from, byte[] payload) {
        PathMessage message = PathMessage.of(payload);
        LuExportRow row = rows.of(message.lu())
                .filter(found -> mayAsk(message.kind(), found, from))
                .orElseThrow(() -> ExportErrors.notAsked(cluster.name(from), message.lu()));
        switch (message.kind()) {
            case YIELD -> own(row).giveUp();
            case ACTIVATE -> own(row).acquire(told -> LOG.info("{}", told));
            case END -> end(row);
            case LOOK -> own(row).look();
            case HEAR -> own(row).hear(message.content());
            case EXECUTE -> {
                return own(row).execute(message.content());
            }
        }
        return new byte[0];
    }

    private boolean mayAsk(PathMessage.Kind kind, LuExportRow row, UUID node) {
        return switch (kind) {
            case ACTIVATE, END -> true;
            case YIELD, LOOK, EXECUTE, HEAR -> rows.path(row, node).isPresent();
        };
    }

    @Override
    public List<ExportedLu> of(String luName) {
        return rows.of(storage.lu(luName)).stream()
                .flatMap(row -> rows.paths(row).stream().map(path -> descriptions.of(row, path)))
                .sorted(Comparator.comparing(ExportedLu::node))
                .toList();
    }

    @Override
    public List<ExportedLu> all() {
        return cluster.database().view(PathRow.class).all().stream()
                .flatMap(path -> cluster.database().view(LuExportRow.class).get(path.export()).stream()
                        .map(row -> descriptions.of(row, path)))
                .sorted(Comparator.comparing(ExportedLu::lu).thenComparing(ExportedLu::node))
                .toList();
    }

    private LuExportRow require(Lu lu) {
        return rows.of(lu).orElseThrow(() -> ExportErrors.notExported(lu));
    }

    private UUID self() {
        return cluster.self().id();
    }

    private List<String> names(List<PathRow> of) {
        return of.stream().map(path -> cluster.name(path.node())).toList();
    }

    @Deactivate
    void close() {
        scheduler.shutdown();
        lock.lock();
        try {
            paths.endAll();
        } finally {
            lock.unlock();
        }
    }
}
