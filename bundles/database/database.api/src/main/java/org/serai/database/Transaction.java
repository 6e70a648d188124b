package org.serai.database;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What can be done inside one transaction. Rows are records annotated with {@link Table}. Write transactions of the
 * whole cluster run one after the other, so what is read here holds until the commit.
 */
@ProviderType
public interface Transaction {
    /** The row with that primary key. */
    <T extends Record> Optional<T> get(Class<T> type, Object key);

    /** All rows, ordered by primary key. */
    <T extends Record> List<T> list(Class<T> type);

    /** The rows whose column has that value, ordered by primary key. */
    <T extends Record> List<T> list(Class<T> type, String column, Object value);

    /** Up to so many rows whose primary key, which is a number, is greater than that one, ordered by it. */
    <T extends Record> List<T> after(Class<T> type, long key, int limit);

    /** Adds a row; {@link DatabaseError#CONFLICT} if a unique value is taken. */
    <T extends Record> T insert(T row);

    /** Replaces the row with the same primary key; {@link DatabaseError#NO_SUCH_ROW} if there is none. */
    <T extends Record> T update(T row);

    /** Deletes a row; {@link DatabaseError#NO_SUCH_ROW} if there is none. */
    <T extends Record> void delete(Class<T> type, Object key);

    /** The next value, from 1, of a named counter that is never used twice, not even after a delete. */
    long next(String counter);
}
