package org.serai.partition;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The partitions of the cluster. An operation may be asked of any node; where another one must do it, that one is told
 * and its answer returned. Progress is told in sentences.
 */
@ProviderType
public interface Partitions {
    /** Defines a partition; nothing of it runs. */
    Lpar create(LparSpec spec);

    /** Deletes the definition of a stopped partition; {@link PartitionError#WRONG_STATE} while it has an image. */
    void delete(String name);

    /** All partitions, ordered by name. */
    List<Lpar> all();

    /** A partition by name; {@link PartitionError#NO_SUCH_LPAR} otherwise. */
    Lpar lpar(String name);

    /** Runs a stopped partition from its disks, on that node or else here. */
    Outcome start(String name, Optional<String> target, Consumer<String> progress);

    /** Shuts a running partition down; {@link PartitionError#WRONG_STATE} for a hibernated one, whose state would be lost. */
    Outcome stop(String name, Duration grace, Consumer<String> progress);

    /** Drops the state of a hibernated partition, void or not: it is stopped then, and boots from its disks. */
    Outcome dropImage(String name, Consumer<String> progress);

    /** Writes a running partition's state into an LU and then ends it; any failure before the end resumes it. */
    Outcome hibernate(String name, Consumer<String> progress);

    /**
     * Runs a hibernated partition from its image, on that node or else here. What its last node died before giving back
     * is taken over, which needs proof of that death.
     */
    Outcome resume(String name, Optional<String> target, Consumer<String> progress);

    /**
     * Runs a partition elsewhere although its last node may be dead: a hibernated one from its image, one that was
     * running from its disks. {@link PartitionError#RUNS_ELSEWHERE} while the node that runs it is alive. Its times are
     * {@code takeover_ms} (until the last node's state was established and the partition taken over),
     * {@code verify_ms}, {@code restore_ms} and {@code remote_restart_ms}.
     */
    Outcome remoteRestart(String name, Optional<String> target, Consumer<String> progress);
}
