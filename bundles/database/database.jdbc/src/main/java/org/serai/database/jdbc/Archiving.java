package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.serai.database.Archive;

/** Reads all that a database holds, within one transaction. */
final class Archiving {
    private Archiving() {}

    static Archive archive(Connection connection) throws SQLException {
        // First, so that the transaction's snapshot begins with it.
        long revision = ChangeLog.value(connection, ChangeLog.REVISION);
        int schema = Schema.read(connection);
        List<Archive.Content> tables = new ArrayList<>();
        for (StoredTable table : StoredTable.all(connection)) {
            tables.add(content(connection, table));
        }
        return new Archive(schema, revision, tables);
    }

    private static Archive.Content content(Connection connection, StoredTable table) throws SQLException {
        List<List<Optional<Object>>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(table.select())) {
            while (found.next()) {
                List<Optional<Object>> row = new ArrayList<>();
                for (int i = 0; i < table.columns().size(); i++) {
                    row.add(table.columns().get(i).kind().read(found, i + 1));
                }
                rows.add(row);
            }
        }
        List<String> columns =
                table.columns().stream().map(StoredTable.StoredColumn::name).toList();
        return new Archive.Content(table.name(), columns, rows);
    }
}
