package org.serai.storage.core.catalog;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** A set of ids as a column holds it: separated by blanks, or {@link #ALL} for whatever there is. */
public final class PvSet {
    /** All there are, later ones too. */
    public static final String ALL = "*";

    private PvSet() {}

    /** The ids, out of those there are. */
    public static Set<UUID> among(String column, Collection<UUID> there) {
        if (column.equals(ALL)) {
            return new LinkedHashSet<>(there);
        }
        Set<UUID> named = ids(column);
        return there.stream().filter(named::contains).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The ids of a column that names them. */
    public static Set<UUID> ids(String column) {
        return words(column).stream().map(UUID::fromString).collect(Collectors.toUnmodifiableSet());
    }

    /** The words of a column. */
    public static List<String> words(String column) {
        return Arrays.stream(column.split(" ")).filter(word -> !word.isEmpty()).toList();
    }

    /** A column that holds these. */
    public static String column(Collection<?> ids) {
        return ids.stream().map(Object::toString).sorted().collect(Collectors.joining(" "));
    }
}
