package org.serai.database;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.osgi.annotation.versioning.ProviderType;

/** This node's copy of one table, kept current by the change log. Reading it costs no database round trip. */
@ProviderType
public interface View<T extends Record> {
    /** The row with that primary key. */
    Optional<T> get(Object key);

    /** All rows, ordered by primary key. */
    List<T> all();

    /** The rows that fit, ordered by primary key. */
    default List<T> where(Predicate<? super T> fits) {
        return all().stream().filter(fits).toList();
    }

    /** The first row that fits. */
    default Optional<T> first(Predicate<? super T> fits) {
        return all().stream().filter(fits).findFirst();
    }
}
