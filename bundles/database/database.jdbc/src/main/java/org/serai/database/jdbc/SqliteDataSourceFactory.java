package org.serai.database.jdbc;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.jdbc.DataSourceFactory;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.javax.SQLiteConnectionPoolDataSource;

/**
 * SQLite as OSGi Compendium, chapter 125 (JDBC Service), wants a driver: SQLite's own bundle registers none. Properties
 * other than {@code url} are SQLite pragmas.
 */
@Component(
        property = {
            DataSourceFactory.OSGI_JDBC_DRIVER_CLASS + "=" + SqliteDataSourceFactory.DRIVER,
            DataSourceFactory.OSGI_JDBC_DRIVER_NAME + "=SQLite"
        })
public final class SqliteDataSourceFactory implements DataSourceFactory {
    /** The driver class. */
    public static final String DRIVER = "org.sqlite.JDBC";

    private static final String NATIVE_FOLDER = "org.sqlite.tmpdir";

    /** Outside a framework: SQLite extracts its library to the process's temporary folder. */
    public SqliteDataSourceFactory() {}

    /** Inside a framework: SQLite extracts its library to {@code tmp/sqlite} of the instance. */
    @Activate
    public SqliteDataSourceFactory(BundleContext context) throws IOException {
        String instance = context.getProperty("serai.instance.dir");
        if (instance != null) {
            extractTo(Path.of(instance, "tmp", "sqlite"));
        }
    }

    /**
     * A process that was killed leaves its copy, and SQLite would keep it for ever; an instance is one process, so what
     * lies there is left over. A copy that is loaded in this process lives on without its name.
     */
    static void extractTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "sqlite-*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
        System.setProperty(NATIVE_FOLDER, folder.toString());
    }

    @Override
    public DataSource createDataSource(Properties properties) {
        SQLiteDataSource source = new SQLiteDataSource(new SQLiteConfig(pragmas(properties)));
        source.setUrl(properties.getProperty(JDBC_URL));
        return source;
    }

    @Override
    public ConnectionPoolDataSource createConnectionPoolDataSource(Properties properties) {
        SQLiteConnectionPoolDataSource source =
                new SQLiteConnectionPoolDataSource(new SQLiteConfig(pragmas(properties)));
        source.setUrl(properties.getProperty(JDBC_URL));
        return source;
    }

    @Override
    public XADataSource createXADataSource(Properties properties) throws SQLException {
        throw new SQLFeatureNotSupportedException("SQLite takes no part in distributed transactions");
    }

    @Override
    public Driver createDriver(Properties properties) {
        return new JDBC();
    }

    private static Properties pragmas(Properties properties) {
        Properties pragmas = new Properties();
        properties.stringPropertyNames().stream()
                .filter(name -> !name.equals(JDBC_URL))
                .forEach(name -> pragmas.setProperty(name, properties.getProperty(name)));
        return pragmas;
    }
}
