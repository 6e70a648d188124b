package org.serai.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The configuration backup: all that the VIOS DB holds and which nodes there are, in one file. Always a service, for a
 * cluster whose database is lost has no member.
 */
@ProviderType
public interface Backups {
    /**
     * Writes a backup of this node's cluster, as of one instant.
     *
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#NOT_A_MEMBER}, {@link ClusterError#BAD_BACKUP}
     */
    Backup write(Path file);

    /** Where the cluster's own storage can keep backups: the pools that this node has attached. */
    List<String> places();

    /**
     * Keeps a backup in pools, and deletes the oldest ones there.
     *
     * @param count how many stay in each pool, this one included
     * @throws org.serai.ffdc.SeraiException as for {@link #write}
     */
    Backup keep(List<String> places, int count);

    /** The backups that a pool keeps, newest first, found by its PVs alone; needs no membership. */
    List<Backup> kept(List<String> pvs);

    /**
     * Writes one of these to a file of this node's own, as {@link #write} would have.
     *
     * @param takenAt which one; empty for the newest
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#BAD_BACKUP} if there is none
     */
    Backup extract(List<String> pvs, Optional<String> takenAt);

    /** Reads a backup to its end; {@link ClusterError#BAD_BACKUP} if it is none or was changed. */
    Backup read(Path file);

    /** What {@link #restore} would do, without changing anything. Takes as long as a dead node's lease. */
    Restore plan(Path file, Target target, Consumer<String> progress);

    /**
     * Fills an empty database from a backup, and lets this node enter that cluster. Nothing that was owned is owned
     * afterwards; every epoch is beyond those of the backup and of the pools. A restore that was cut off is begun again.
     *
     * @param typedName the cluster's name as the operator typed it, who knows that no node runs; needed if that cannot
     *     be seen of every node and pool
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#ALIVE} if a node of the cluster lives,
     *     {@link ClusterError#NOT_CONFIRMED}, {@link ClusterError#ALREADY_A_MEMBER}, {@link ClusterError#BAD_BACKUP}
     */
    Restore restore(Path file, Target target, Optional<String> typedName, Consumer<String> progress);

    /**
     * A backup.
     *
     * @param schema the version of the database's schema
     * @param takenAt by the clock of the node that wrote it
     * @param takenBy that node's name
     * @param sha256 of the file's content
     */
    record Backup(
            Path file,
            String cluster,
            UUID id,
            int schema,
            long revision,
            String takenAt,
            String takenBy,
            List<Identity> nodes,
            long rows,
            long sizeBytes,
            String sha256) {}

    /** Who a node is. */
    record Identity(UUID id, String name, String cec) {}

    /**
     * Which database is filled.
     *
     * @param databaseUrl empty for the one that this node's membership names
     */
    record Target(Optional<String> databaseUrl, Map<String, String> databaseProperties) {}

    /**
     * What a restore did or would do.
     *
     * @param nodes how each node of the backup was found
     * @param changes what is changed of what the backup holds
     * @param findings where the pools differ from the backup
     * @param doubts what could not be seen
     */
    record Restore(
            Backup backup,
            String database,
            List<Found> nodes,
            List<String> changes,
            List<String> findings,
            List<String> doubts) {}

    /**
     * A node at a restore.
     *
     * @param state {@code alive}, {@code stopped}, {@code silent}, {@code unseen}
     */
    record Found(String node, String state, String explanation) {}
}
