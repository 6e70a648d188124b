package org.serai.cluster.core.member;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.core.identity.DurableFile;
import org.serai.database.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the cluster's database was when this node saw it last, in {@code database.json}. A node that starts with it does not
 * take a database for its own that was put back to an earlier state meanwhile.
 */
final class SeenDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(SeenDatabase.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;

    SeenDatabase(DurableFile file) {
        this.file = file;
    }

    /** The form of the file. */
    record Kept(UUID cluster, String seen) {}

    /** What was seen of the database of that cluster. */
    Optional<String> of(UUID cluster) {
        return kept().filter(kept -> kept.cluster().equals(cluster)).map(Kept::seen);
    }

    private Optional<Kept> kept() {
        try {
            var content = file.read();
            return content.isEmpty() ? Optional.empty() : Optional.of(JSON.readValue(content.get(), Kept.class));
        } catch (IOException failed) {
            LOG.warn("it is not known how far the database was: {}: {}", file.path(), failed.toString());
            return Optional.empty();
        }
    }

    /** Keeps what is seen now, if it is anything new. */
    synchronized void keep(UUID cluster, Database database) {
        var now = new Kept(cluster, database.seen());
        if (kept().equals(Optional.of(now))) {
            return;
        }
        try {
            file.write(JSON.writeValueAsBytes(now));
        } catch (IOException failed) {
            LOG.warn("how far the database is could not be kept: {}: {}", file.path(), failed.toString());
        }
    }

    /** Forgets it, with the cluster. */
    synchronized void forget() {
        try {
            file.delete();
        } catch (IOException failed) {
            LOG.warn("{} could not be deleted: {}", file.path(), failed.toString());
        }
    }
}
