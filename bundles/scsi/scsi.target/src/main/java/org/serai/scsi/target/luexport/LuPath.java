package org.serai.scsi.target.luexport;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.Paths;
import org.serai.scsi.target.export.ExportService;
import org.serai.scsi.target.export.LiveExport;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;

/**
 * This node's path to an exported LU. It is active while the LU is open here under its lock, and standby else; what was
 * acknowledged is on stable storage before the lock is given back.
 */
final class LuPath implements Paths {
    /** What the locks of exported LUs say. */
    static final String OPERATION = Lu.Lock.EXPORT;

    /** Whoever wants the LU as well, at the same time, may be faster. */
    private static final int ATTEMPTS = 3;

    private static final int LOOKS_OF_REST = 3;

    private final LuExportRow row;
    private final Cluster cluster;
    private final Storage storage;
    private final Neighbours neighbours;
    private final PathLu lu;
    private final LiveExport export;

    /** Held while the LU is opened or closed, and never while anybody is waited for. */
    private final ReentrantLock changing = new ReentrantLock();

    /** Held by whoever wants the LU for this node. */
    private final ReentrantLock acquiring = new ReentrantLock();

    private volatile State state = State.STANDBY;
    private volatile boolean ended;

    /** How many looks are left before this node wants the LU back that it gave up; whoever asked for it opens it first. */
    private final AtomicInteger rest = new AtomicInteger();

    /** Whether what was acknowledged while this was the only path has been flushed. */
    private boolean isSafe;

    /** Shows the target, standby. */
    LuPath(LuExportRow row, Lu lu, Cluster cluster, Storage storage, ExportService exports, Neighbours neighbours) {
        this.row = row;
        this.cluster = cluster;
        this.storage = storage;
        this.neighbours = neighbours;
        this.lu = new PathLu(
                lu.name(), () -> storage.lu(row.lu()).map(Lu::sizeBytes).orElse(lu.sizeBytes()), row);
        Node self = cluster.self();
        // a plain export has no virtual adapter, which the host page tells by AdapterID 0
        var page = new ExportSpec.HostPage(self.host().locationCode(), self.id(), 0);
        var disk = new ExportSpec.Disk(this.lu, row.lu(), lu.name(), page);
        var port = new ExportSpec.Port(group(self), ExportSpec.Identity.PORT);
        this.export = exports.export(
                new ExportSpec(row.target(), row.initiator(), row.chap(), port, List.of(disk), Optional.of(this)));
        export.writeThrough(groups().size() > 1);
    }

    UUID luId() {
        return row.lu();
    }

    int sessions() {
        return export.sessions();
    }

    @Override
    public int here() {
        return group(cluster.self());
    }

    private static int group(Node node) {
        return node.slot() + 1;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public List<PortGroup> groups() {
        UUID preferred = cluster.database()
                .view(LuExportRow.class)
                .get(row.id())
                .map(LuExportRow::node)
                .orElse(row.node());
        return cluster
                .database()
                .view(PathRow.class)
                .where(path -> path.export().equals(row.id()))
                .stream()
                .flatMap(path -> cluster.membership().node(path.node()).stream())
                .map(node -> new PortGroup(
                        group(node), node.name(), state(node), node.id().equals(preferred), node.portal()))
                .sorted(Comparator.comparingInt(PortGroup::id))
                .toList();
    }

    private State state(Node node) {
        return cluster.isSelf(node.id()) ? state : cluster.state(node.id(), row.lu());
    }

    @Override
    public boolean isShown() {
        return state == State.ACTIVE || groups().size() > 1;
    }

    @Override
    public void activate(int group) {
        Node node = cluster.membership().nodes().stream()
                .filter(each -> group(each) == group)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target port group " + group));
        neighbours.forInitiator("the move of " + row.target(), () -> {
            if (cluster.isSelf(node.id())) {
                acquire(told -> {});
            } else {
                neighbours.ask(node.id(), new PathMessage(PathMessage.Kind.ACTIVATE, row.lu()));
            }
        });
    }

    @Override
    public Optional<String> redirection() {
        return row.redirects() && state == State.STANDBY
                ? groups().stream()
                        .filter(group -> group.state() == State.ACTIVE)
                        .map(PortGroup::portal)
                        .filter(portal -> !portal.isEmpty())
                        .findFirst()
                : Optional.empty();
    }

    @Override
    public byte[] askActive(byte[] request) {
        UUID holder = cluster.seenHolder(row.lu())
                .flatMap(Owner::holder)
                .filter(node -> !cluster.isSelf(node))
                .orElseThrow(() -> StorageError.LU_CLOSED.error(
                        "LU of " + row.target() + " cannot be used now",
                        "no node has it open at this moment",
                        "try again; target:list shows who exports it"));
        return neighbours.ask(holder, new PathMessage(PathMessage.Kind.EXECUTE, row.lu(), request));
    }

    @Override
    public void tell(int group, byte[] news) {
        cluster.membership().nodes().stream()
                .filter(node -> group(node) == group && !cluster.isSelf(node.id()))
                .forEach(node -> neighbours.tell(node.id(), new PathMessage(PathMessage.Kind.HEAR, row.lu(), news)));
    }

    /** What another path was given, which only the one that has the LU open can execute. */
    byte[] execute(byte[] request) {
        return export.forwarded(request);
    }

    /** What the node that has the LU open tells an initiator of this one. */
    void hear(byte[] news) {
        export.hear(news);
    }

    /**
     * Opens the LU here, after its holder has given it up, or is proven dead.
     *
     * @param progress is told about once a second what is being waited for
     */
    void acquire(Consumer<String> progress) {
        acquire(() -> neighbours.yielded(row.lu(), progress));
    }

    /**
     * Opens the LU here if nobody has it, or its holder is proven dead.
     *
     * @param progress is told about once a second what is being waited for
     * @return false if its holder lives, and keeps it
     */
    boolean acquireLeft(Consumer<String> progress) {
        try {
            acquire(() -> neighbours.left(row.lu(), progress));
            return true;
        } catch (SeraiException e) {
            if (e.code() != ClusterError.ALIVE) {
                throw e;
            }
            return false;
        }
    }

    private void acquire(Supplier<Optional<DeathProof>> way) {
        acquiring.lock();
        try {
            for (int left = ATTEMPTS - 1; ; left--) {
                Optional<DeathProof> proof = way.get();
                try {
                    activate(() -> openLu(proof));
                    return;
                } catch (SeraiException e) {
                    if (left == 0 || e.code() != StorageError.LU_LOCKED) {
                        throw e;
                    }
                }
            }
        } finally {
            acquiring.unlock();
        }
    }

    /** As {@link #look}, unless the LU is just being opened or closed, which may last as long as a disk stalls. */
    void lookIfSettled() {
        if (changing.tryLock()) {
            try {
                look();
            } finally {
                changing.unlock();
            }
        }
    }

    /**
     * Sees who exports the LU now. Where another node may take it from this one, what has been acknowledged is on stable
     * storage when this returns, and what is written from now on before it is.
     */
    void look() {
        changing.lock();
        try {
            boolean several = groups().size() > 1;
            export.writeThrough(several);
            if (several && state == State.ACTIVE && !isSafe) {
                lu.flush();
            }
            isSafe = several;
        } finally {
            changing.unlock();
        }
        export.lookForPorts();
    }

    /** Whether nobody is about to acquire it, here or where it was given to a moment ago; asked at each look. */
    boolean isIdle() {
        boolean rests = rest.getAndUpdate(left -> Math.max(left - 1, 0)) > 0;
        return !rests && !acquiring.isLocked();
    }

    /** Begins with an LU that is open already; it is closed if that fails. */
    void adopt(OpenLu open) {
        activate(() -> open);
    }

    private void activate(Supplier<OpenLu> opening) {
        changing.lock();
        try {
            if (ended || state == State.ACTIVE) {
                return;
            }
            state = State.TRANSITIONING;
            lu.opened(opening.get());
            isSafe = groups().size() > 1;
            export.writeThrough(isSafe);
            start();
        } finally {
            if (state == State.TRANSITIONING) {
                lu.close();
                state = State.STANDBY;
            }
            changing.unlock();
        }
        export.accessChanged();
    }

    private OpenLu openLu(Optional<DeathProof> proof) {
        long client = storage.lu(row.lu()).map(Lu::clientId).orElseThrow();
        return proof.isPresent()
                ? storage.takeOver(row.lu(), client, OPERATION, proof.get())
                : storage.open(row.lu(), client, OPERATION);
    }

    private void start() {
        export.resume();
        state = State.ACTIVE;
    }

    /** Gives the LU up if it is here. What cannot be put on stable storage keeps it here, and active. */
    void giveUp() {
        changing.lock();
        try {
            if (state != State.ACTIVE) {
                return;
            }
            state = State.TRANSITIONING;
            export.pause();
            lu.flush();
            state = State.STANDBY;
            rest.set(LOOKS_OF_REST);
            lu.close();
        } finally {
            if (state == State.TRANSITIONING) {
                start();
            }
            changing.unlock();
        }
        export.accessChanged();
        if (row.redirects()) {
            // who does not know of other paths logs in anew, and is sent to the active one
            export.dropSessions();
        }
    }

    /** Ends the sessions, then gives the lock back if it is here. */
    void end() {
        changing.lock();
        try {
            ended = true;
            state = State.UNAVAILABLE;
            export.close();
        } finally {
            try {
                lu.close();
            } finally {
                changing.unlock();
            }
        }
    }
}
