package org.serai.database.jdbc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.serai.database.Change;
import org.serai.database.ChangeListener;
import org.serai.database.Database.Registration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners, one commit after the other, on one thread that holds no lock. */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final ExecutorService thread;

    /** @param thread of its own, ended by {@link #close} */
    Listeners(ExecutorService thread) {
        this.thread = thread;
    }

    Registration add(ChangeListener listener) {
        Entry entry = new Entry(listener);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    /** Called in the order of revisions, after the views have them. */
    void tell(long revision, List<Change> changes) {
        List<Change> fixed = List.copyOf(changes);
        try {
            thread.execute(() -> entries.forEach(entry -> tell(entry, revision, fixed)));
        } catch (RejectedExecutionException closed) {
            // The commit is made all the same: whoever made it must not be told that it failed.
            LOG.debug("Nobody is told of revision {}: the database is closed", revision, closed);
        }
    }

    private static void tell(Entry entry, long revision, List<Change> changes) {
        try {
            entry.listener().changed(revision, changes);
        } catch (RuntimeException e) {
            LOG.error("A change listener failed at revision {}; the next one is told all the same", revision, e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    /** A registration; the same listener may be registered twice. */
    private static final class Entry {
        private final ChangeListener listener;

        Entry(ChangeListener listener) {
            this.listener = listener;
        }

        ChangeListener listener() {
            return listener;
        }
    }
}
