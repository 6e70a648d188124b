package org.serai.database;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a database held at one instant, in a form that does not depend on its product. The change log is not part of
 * it.
 *
 * @param schema the schema's version
 * @param revision the revision of the last commit in it
 * @param tables every table, in the order of their names
 */
public record Archive(int schema, long revision, List<Content> tables) {
    /** With lists of its own. */
    public Archive {
        tables = List.copyOf(tables);
    }

    /**
     * A table.
     *
     * @param columns their names; the first one is the primary key
     * @param rows in the order of the primary key, each with a {@code String}, {@code Long} or {@code Boolean} for a
     *     column, or nothing
     */
    public record Content(String table, List<String> columns, List<List<Optional<Object>>> rows) {}

    /** How many rows there are in all. */
    public long rows() {
        return tables.stream().mapToLong(table -> table.rows().size()).sum();
    }

    /** A table's rows, each with what it has in its columns by their names; none of a table that there is not. */
    public List<Map<String, Object>> rowsOf(String table) {
        return tables.stream()
                .filter(content -> content.table().equals(table))
                .flatMap(content -> content.rows().stream().map(row -> named(content.columns(), row)))
                .toList();
    }

    private static Map<String, Object> named(List<String> columns, List<Optional<Object>> row) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            String column = columns.get(i);
            row.get(i).ifPresent(value -> named.put(column, value));
        }
        return named;
    }
}
