package org.serai.database.jdbc;

import java.util.Map;

/** Limits that no slow host comes near, for tests of something else than their expiry. */
final class Unhurried {
    static final Tuning TUNING = new Tuning(100_000, 1_000, 60_000, 30_000, 4);

    private Unhurried() {}

    static JdbcEngine embedded() {
        return new JdbcEngine(Map.of(SqliteDataSourceFactory.DRIVER, new SqliteDataSourceFactory()), TUNING);
    }
}
