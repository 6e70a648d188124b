package org.serai.database;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is asked inside each write transaction of this node, after every statement that changed a row, what is to be written
 * along with it: both are made, or neither.
 */
@ConsumerType
public interface RowObserver {
    /** Whether changes of that table are to be told; each of them costs two more reads of the row. */
    boolean observes(String table);

    /**
     * Writes what belongs to the change, in its transaction; rows that this changes are told as well. May be run more than
     * once. What it throws undoes the transaction.
     */
    void changed(Transaction transaction, RowChange change);
}
