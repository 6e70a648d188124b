package org.serai.cluster;

import java.util.List;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;
import org.serai.database.Transaction;

/** The journal of operations that have more than one step. An entry ends done or undone, by whoever owns its object. */
@ProviderType
public interface Journal {
    /** Begins an operation on an object and gives it its token. */
    Entry begin(String kind, String object, String detail);

    /** Records the step that is about to be done, with what its repetition or undoing needs, before it is done. */
    Entry step(Entry entry, String step, String detail);

    /** As above, in the same instant as what else the transaction changes; the entry is the new one once that commits. */
    Entry step(Transaction transaction, Entry entry, String step, String detail);

    /** Ends an operation. */
    Entry end(Entry entry, State state, String detail);

    /** Entries of a kind that have not ended, oldest first. */
    List<Entry> open(String kind);

    /** All entries of an object, newest first, those that have ended included. */
    List<Entry> of(String object);

    /** How an operation stands. */
    enum State {
        /** Steps are being done. */
        RUNNING,
        /** All steps are done. */
        DONE,
        /** It failed, and what was done has been undone. */
        UNDONE
    }

    /**
     * An operation in the journal.
     *
     * @param token the operation token
     * @param kind for example {@code hibernate}
     * @param object what it works on, as in {@link Grant#object}
     * @param node the node that does it
     * @param incarnation that node's incarnation
     * @param step the step begun last, empty at first
     * @param state how it stands
     * @param detail what the kind needs to go on or undo, as JSON
     */
    record Entry(
            UUID token,
            String kind,
            String object,
            UUID node,
            UUID incarnation,
            String step,
            State state,
            String detail) {}
}
