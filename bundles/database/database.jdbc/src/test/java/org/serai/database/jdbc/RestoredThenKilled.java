package org.serai.database.jdbc;

import java.util.Map;
import org.serai.database.Archive;
import org.serai.database.Database;

/** A process that restores a database and is ended before the commit: {@code RestoredThenKilled FROM TO}. */
final class RestoredThenKilled {
    private RestoredThenKilled() {}

    public static void main(String[] arguments) {
        JdbcEngine engine = Unhurried.embedded();
        Archive archive;
        try (Database from = engine.open(arguments[0], Map.of())) {
            archive = from.archive();
        }
        engine.restore(
                arguments[1], Map.of(), archive, _ -> Runtime.getRuntime().halt(137));
    }
}
