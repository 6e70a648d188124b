package org.serai.storage.core.catalog;

import java.util.Optional;
import org.serai.cluster.Grant;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes when things came to be, by the database's clock. Text for people: nothing is decided by it. */
public final class Moments {
    private static final Logger LOG = LoggerFactory.getLogger(Moments.class);
    private static final int OPERATION_AT_MOST = 255;

    private final Database database;

    /** In this database. */
    public Moments(Database database) {
        this.database = database;
    }

    /** A lock was taken. */
    public void locked(Grant grant) {
        note(lockId(grant.object()), grant);
    }

    /** A lock was given back, or broken. */
    public void unlocked(Grant grant) {
        note(unlockId(grant.object()), grant);
    }

    private void note(String id, Grant grant) {
        try {
            database.write(transaction ->
                    put(transaction, new Moment(id, Optional.of(grant.node()), grant.epoch(), cut(grant.operation()))));
        } catch (SeraiException e) {
            // Who holds what is in the ownership rows; only the time of it is missing then.
            LOG.info("The time of \"{}\" is not noted: {}", id, e.getMessage());
        }
    }

    /** Notes a moment within a transaction. */
    public static Moment put(Transaction transaction, Moment moment) {
        if (transaction.get(Moment.class, moment.id()).isPresent()) {
            transaction.delete(Moment.class, moment.id()); // a new row has a new time
        }
        return transaction.insert(moment);
    }

    /** When an object's lock of that epoch was taken; empty if that is not known. */
    public String lockedAt(String object, long epoch) {
        return at(lockId(object), epoch);
    }

    /** The end of an object's last lock. */
    public Optional<PastMoment> unlocked(String object) {
        return get(unlockId(object));
    }

    /** The moment of that id. */
    public Optional<PastMoment> get(String id) {
        return database.view(PastMoment.class).get(id);
    }

    /** When the moment of that id was, if it is of that epoch. */
    public String at(String id, long epoch) {
        return database.view(PastMoment.class)
                .get(id)
                .filter(moment -> moment.epoch() == epoch)
                .map(PastMoment::at)
                .orElse("");
    }

    private static String lockId(String object) {
        return "lock " + object;
    }

    private static String unlockId(String object) {
        return "unlock " + object;
    }

    private static String cut(String operation) {
        return operation.length() > OPERATION_AT_MOST ? operation.substring(0, OPERATION_AT_MOST) : operation;
    }
}
