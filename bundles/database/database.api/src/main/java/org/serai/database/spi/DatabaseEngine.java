package org.serai.database.spi;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;
import org.serai.database.Database;

/** Opens databases. A service with the property {@code database.engine}. */
@ConsumerType
public interface DatabaseEngine {
    /** Whether this engine knows that URL: {@code embedded:DIRECTORY} or {@code jdbc:postgresql://HOST:PORT/NAME}. */
    boolean accepts(String url);

    /**
     * Opens a database, creates or migrates its schema, and reads the change log's head.
     *
     * @param url as for {@link #accepts}; holds no secret
     * @param properties {@code user}, {@code password} and what else the engine takes
     */
    Database open(String url, Map<String, String> properties);
}
