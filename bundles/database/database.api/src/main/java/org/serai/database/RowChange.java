package org.serai.database;

import java.util.Map;
import java.util.Optional;

/**
 * What a statement did to a row: all columns of it, by the names that they have in the table, with their values as text;
 * a column that is null is left out.
 *
 * @param table the table's name
 * @param key the row's primary key as text
 * @param before the row as it was; empty if it is new
 * @param after the row as it is now; empty if it was deleted
 */
public record RowChange(
        String table, String key, Optional<Map<String, String>> before, Optional<Map<String, String>> after) {}
