package org.serai.database.spi;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;
import org.serai.database.Archive;
import org.serai.database.Database;
import org.serai.database.Transaction;

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
     * @param seen what {@link Database#seen} of an earlier opening said
     * @throws org.serai.ffdc.SeraiException {@link org.serai.database.DatabaseError#UNREACHABLE} if the database cannot be
     *     reached, or does not follow from what was seen
     */
    Database open(String url, Map<String, String> properties, Optional<String> seen);

    /** As {@link #open(String, Map, Optional)}, for somebody who has seen nothing of the database. */
    default Database open(String url, Map<String, String> properties) {
        return open(url, properties, Optional.empty());
    }

    /**
     * Fills an empty database from an archive, of this or an earlier version of the schema, and brings it to this
     * version: all in one transaction, so that whatever dies when, it is there in whole or not at all. Its revision is
     * beyond any that a node can have seen before.
     *
     * @param adjusting changes what was filled in, in the same transaction; may be run more than once
     * @throws org.serai.ffdc.SeraiException {@link org.serai.database.DatabaseError#NOT_EMPTY},
     *     {@link org.serai.database.DatabaseError#NEWER_SCHEMA}, {@link org.serai.database.DatabaseError#BAD_ARCHIVE}
     */
    void restore(String url, Map<String, String> properties, Archive archive, Consumer<Transaction> adjusting);
}
