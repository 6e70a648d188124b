package org.serai.cluster.spi;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;
import org.serai.database.Database;
import org.serai.database.Transaction;

/**
 * Tells at a restore what a domain finds outside the database, and fits its rows to that. A service that needs no
 * membership.
 */
@ConsumerType
public interface RestoreWitness {
    /**
     * Looks, and changes nothing.
     *
     * @param backup the backup's content in a database of this version that is thrown away afterwards
     */
    Testimony examine(Database backup, Consumer<String> progress);

    /** What was found; is closed after the restore. */
    interface Testimony extends AutoCloseable {
        /** Where nodes of the cluster show that they live. */
        default List<LeaseArea> leaseAreas() {
            return List.of();
        }

        /** The highest epochs under which objects were used, as far as that is kept outside the database. */
        default Map<String, Long> epochs() {
            return Map.of();
        }

        /** Where what was found differs from the backup, a sentence each. */
        default List<String> findings() {
            return List.of();
        }

        /** What could not be looked at, a sentence each. */
        default List<String> doubts() {
            return List.of();
        }

        /**
         * Fits the rows of the restored database, in the transaction of the restore, after all ownership was freed and
         * raised. May be run more than once.
         *
         * @param changes is told what is changed, a sentence each
         */
        default void adjust(Transaction transaction, Epochs epochs, Consumer<String> changes) {}

        @Override
        default void close() {}
    }

    /** The epochs of objects of ownership. */
    interface Epochs {
        /** That of the backup; 0 of an object that it does not have. */
        long backup(String object);

        /** The highest that was found outside the database; empty if nothing was found of that object. */
        OptionalLong found(String object);

        /** That of the restored database. */
        long restored(String object);
    }
}
