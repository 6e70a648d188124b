package org.serai.database.jdbc;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/** What differs between the database products: everything else is the same SQL for all of them. */
interface Dialect {
    /** The driver class under which the product's {@code DataSourceFactory} is registered. */
    String driverClass();

    /** The data source's properties for a connection that may create the database itself. */
    Properties opening();

    /** The data source's properties for the pools. */
    Properties pooled();

    /** Where the database is, without any secret. */
    String place();

    /** Prepares what must be there before the first connection. */
    void beforeOpening();

    /** Refuses a database whose acknowledged commits would not be on disk; called once, on the first connection. */
    void verify(Connection connection) throws SQLException;

    /** Refuses to go on if the place is no longer the one that was opened; costs no round trip. */
    void verifyPlace() throws SQLException;

    /** Sets what each connection of a pool begins with. */
    void prepare(HikariConfig pool, boolean write);

    void beginWrite(Connection connection) throws SQLException;

    void beginRead(Connection connection) throws SQLException;

    void commit(Connection connection) throws SQLException;

    void rollback(Connection connection) throws SQLException;

    /** Drops a table without rows, whatever table refers to it. */
    String drop(String table);

    /** What an exception of the driver means. */
    Failure failure(SQLException thrown);

    /** What went wrong, in words that do not depend on the product. */
    enum Failure {
        /** Another transaction was in the way; the same transaction may succeed at once. */
        BUSY,
        /** A unique value is taken. */
        CONFLICT,
        /** A foreign key is not satisfied. */
        REFERENCE,
        /** The connection, the server or the file cannot be used now. */
        UNREACHABLE,
        /** User, password, or name of the database are wrong. */
        BAD_SETTINGS,
        /** Anything else. */
        OTHER
    }
}
