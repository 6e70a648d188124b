package org.serai.cluster.core.member;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.identity.DurableFile;

/** What a member keeps in {@code cluster.json} to find its cluster again: the cluster, and the way to its database. */
public record Enrolment(UUID cluster, String databaseUrl, Map<String, String> databaseProperties) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** With the properties in a fixed order. */
    public Enrolment {
        databaseProperties = Map.copyOf(databaseProperties);
    }

    /** The stored enrolment, if the node belongs to a cluster. */
    public static Optional<Enrolment> read(DurableFile file) {
        try {
            var content = file.read();
            return content.isEmpty() ? Optional.empty() : Optional.of(JSON.readValue(content.get(), Enrolment.class));
        } catch (IOException failed) {
            throw unusable(file, failed);
        }
    }

    /** Keeps it. */
    public void write(DurableFile file) {
        try {
            file.write(JSON.writeValueAsBytes(new Enrolment(cluster, databaseUrl, new TreeMap<>(databaseProperties))));
        } catch (IOException failed) {
            throw unusable(file, failed);
        }
    }

    /** Forgets it. */
    public static void delete(DurableFile file) {
        try {
            file.delete();
        } catch (IOException failed) {
            throw unusable(file, failed);
        }
    }

    private static RuntimeException unusable(DurableFile file, IOException failed) {
        return ClusterError.BAD_IDENTITY.error(
                "This node's membership cannot be read or kept",
                file.path() + ": " + failed.getMessage(),
                "restore the file, or remove it and join the cluster again",
                failed);
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return "Enrolment[cluster=" + cluster + "]";
    }
}
