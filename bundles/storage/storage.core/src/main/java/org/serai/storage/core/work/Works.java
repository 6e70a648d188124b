package org.serai.storage.core.work;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.serai.cluster.Journal;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LongWork;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.SpaceLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Long work of all nodes. A row tells how far each is, and takes the wish to end it; its node looks at it about once a
 * second. A row whose node has gone, or has started anew, is work that was cut off.
 */
public final class Works implements LongWork {
    private static final Logger LOG = LoggerFactory.getLogger(Works.class);
    private static final long TOLD_EACH_NS = 1_000_000_000;

    private final Database database;
    private final Journal journal;
    private final SpaceLock.Cluster cluster;
    private final LongSupplier nanoTime;

    /** Over the cluster's database and journal. */
    public Works(Database database, Journal journal, SpaceLock.Cluster cluster, LongSupplier nanoTime) {
        this.database = database;
        this.journal = journal;
        this.cluster = cluster;
        this.nanoTime = nanoTime;
    }

    /**
     * Does long work.
     *
     * @param kind for the journal, for example {@code lu-move}
     * @param object what it works on, as in the journal
     * @param what the same in words
     * @param progress of the caller; the work is given one that also ends when somebody cancels it
     */
    public <R> R run(String kind, String object, String what, Progress progress, Function<Progress, R> work) {
        Journal.Entry entry = journal.begin(kind, object, detail(what));
        Node self = cluster.membership().self();
        WorkRow row = new WorkRow(entry.token(), kind, object, cut(what), self.id(), self.incarnation(), 0, 0, false);
        database.write(transaction -> transaction.insert(row));
        boolean done = false;
        try {
            R result = work.apply(new Told(row, progress, true));
            done = true;
            return result;
        } finally {
            end(entry, done);
        }
    }

    /**
     * Does work that a node begins by itself, again and again: it is in the list once it has lasted a second, and in no
     * journal.
     *
     * @param token for the list, never one twice
     */
    public void runUnasked(UUID token, String kind, String object, String what, Consumer<Progress> work) {
        Node self = cluster.membership().self();
        WorkRow row = new WorkRow(token, kind, object, cut(what), self.id(), self.incarnation(), 0, 0, false);
        Told told = new Told(row, Progress.NONE, false);
        try {
            work.accept(told);
        } finally {
            told.end();
        }
    }

    private void end(Journal.Entry entry, boolean done) {
        try {
            remove(entry.token());
            journal.end(entry, done ? Journal.State.DONE : Journal.State.UNDONE, entry.detail());
        } catch (SeraiException e) {
            // What was done is done; the row is found left behind when this node starts again.
            LOG.warn("The end of {} on {} could not be noted: {}", entry.kind(), entry.object(), e.getMessage());
        }
    }

    private void remove(UUID token) {
        database.write(transaction -> {
            transaction.get(WorkRow.class, token).ifPresent(row -> transaction.delete(WorkRow.class, token));
            return token;
        });
    }

    /** Rows of work on an object that its node is still at. */
    public List<WorkRow> running(String kind, String object) {
        return database.read(transaction -> transaction.list(WorkRow.class, "object", object)).stream()
                .filter(row -> row.kind().equals(kind) && isRunning(row))
                .toList();
    }

    /** Takes out of the list what earlier incarnations of this node were at; what is gone on with is said elsewhere. */
    public List<WorkRow> takeLeft() {
        Node self = cluster.membership().self();
        List<WorkRow> left = database.read(transaction -> transaction.list(WorkRow.class, "node", self.id())).stream()
                .filter(row -> !row.incarnation().equals(self.incarnation()))
                .toList();
        for (WorkRow row : left) {
            LOG.info("{} was cut off by the end of this node's earlier start", row.what());
            cutOff(row);
        }
        return left;
    }

    private void cutOff(WorkRow row) {
        journal.of(row.object()).stream()
                .filter(entry -> entry.token().equals(row.token()) && entry.state() == Journal.State.RUNNING)
                .forEach(entry -> journal.end(entry, Journal.State.UNDONE, entry.detail()));
        remove(row.token());
    }

    private boolean isRunning(WorkRow row) {
        Node self = cluster.membership().self();
        if (row.node().equals(self.id())) {
            return row.incarnation().equals(self.incarnation());
        }
        boolean registered = cluster.membership()
                .node(row.node())
                .filter(node -> node.incarnation().equals(row.incarnation()))
                .isPresent();
        return registered
                && switch (cluster.liveness().seen(row.node()).state()) {
                    case DEAD, STOPPED -> false;
                    case ALIVE, SUSPECT, UNKNOWN -> true;
                };
    }

    @Override
    public List<Entry> entries() {
        return database.view(WorkRow.class).all().stream().map(this::shown).toList();
    }

    private Entry shown(WorkRow row) {
        String node = cluster.membership()
                .node(row.node())
                .map(Node::name)
                .orElse(row.node().toString());
        return new Entry(
                row.token(), row.kind(), row.what(), node, row.done(), row.total(), row.cancelled(), isRunning(row));
    }

    @Override
    public void cancel(UUID token) {
        Optional<WorkRow> row = database.write(
                transaction -> transaction.get(WorkRow.class, token).map(found -> transaction.update(found.cancel())));
        WorkRow found = row.orElseThrow(() -> StorageError.NO_SUCH_WORK.error(
                "There is no long work " + token, "it has ended, or never was", "work:list shows what is under way"));
        if (!isRunning(found)) {
            cutOff(found);
        }
    }

    private static String detail(String what) {
        return "{\"what\":\"" + what.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
    }

    private static String cut(String what) {
        return what.length() > 255 ? what.substring(0, 252) + "..." : what;
    }

    /** Progress that is passed on to the caller, and now and then to the database. */
    private final class Told implements Progress {
        private final WorkRow row;
        private final Progress caller;
        private long toldAt = nanoTime.getAsLong();
        private boolean listed;
        private boolean cancelled;

        Told(WorkRow row, Progress caller, boolean listed) {
            this.row = row;
            this.caller = caller;
            this.listed = listed;
        }

        private synchronized void end() {
            try {
                if (listed) {
                    remove(row.token());
                }
            } catch (SeraiException e) {
                LOG.warn("The end of {} could not be noted: {}", row.what(), e.getMessage());
            }
        }

        @Override
        public synchronized boolean at(long done, long total) {
            if (nanoTime.getAsLong() - toldAt >= TOLD_EACH_NS) {
                toldAt = nanoTime.getAsLong();
                tell(done, total);
            }
            return caller.at(done, total) && !cancelled;
        }

        private void tell(long done, long total) {
            try {
                boolean first = !listed;
                listed = true; // also if it is not known whether the row was written
                cancelled |= database.write(transaction -> {
                    if (first) {
                        transaction.insert(row.at(done, total));
                        return false;
                    }
                    Optional<WorkRow> found = transaction.get(WorkRow.class, row.token());
                    found.ifPresent(now -> transaction.update(now.at(done, total)));
                    return found.map(WorkRow::cancelled).orElse(true);
                });
            } catch (SeraiException e) {
                LOG.debug("The progress of {} is told later: {}", row.what(), e.getMessage());
            }
        }
    }
}
