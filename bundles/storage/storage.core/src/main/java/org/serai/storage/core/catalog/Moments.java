package org.serai.storage.core.catalog;

import java.util.Optional;
import org.serai.cluster.Grant;
import org.serai.database.Database;
import org.serai.database.Transaction;

/** Notes when things came to be, by the database's clock. Text for people: nothing is decided by it. */
public final class Moments {
    private static final int OPERATION_AT_MOST = 255;

    private final Database database;

    /** In this database. */
    public Moments(Database database) {
        this.database = database;
    }

    /** A lock is being taken. */
    public static void locked(Transaction transaction, Grant grant) {
        put(transaction, moment(lockId(grant.object()), grant));
    }

    /** A lock is being given back, or was broken. */
    public static void unlocked(Transaction transaction, Grant grant) {
        put(transaction, moment(unlockId(grant.object()), grant));
    }

    private static Moment moment(String id, Grant grant) {
        return new Moment(id, Optional.of(grant.node()), grant.epoch(), cut(grant.operation()));
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
