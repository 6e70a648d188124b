package org.serai.storage;

import java.util.List;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Redundant LUs: live copies on other disk groups. Every write, discard and zeroing is done on both sides before it is
 * answered. A service while this node belongs to a cluster.
 *
 * <p>That one is degraded, or is so no more, gives one event in the cluster, at the node that holds it: an OSGi event of
 * the topic {@link #DEGRADED} or {@link #RESTORED}, with the properties below, and a line in the log with the code
 * {@link StorageError#DEGRADED}.
 */
@ProviderType
public interface Redundancy {
    /** The topic of an LU of which only one side holds everything from now on. */
    String DEGRADED = "org/serai/storage/redundancy/DEGRADED";

    /** The topic of an LU whose sides hold the same again. */
    String RESTORED = "org/serai/storage/redundancy/RESTORED";

    /** Property: the id of the primary as text. */
    String ID = "id";

    /** Property: the primary's name. */
    String NAME = "name";

    /** Property: the copy's name. */
    String COPY = "copy";

    /** Property: {@link RedundantLu.State#name()}. */
    String STATE = "state";

    /** Property: why it is degraded; empty if it is so no more. */
    String REASON = "reason";

    /** All LUs that have a copy, ordered by name. */
    List<RedundantLu> redundantLus();

    /** An LU by its own name or its copy's; {@link StorageError#NOT_REDUNDANT} otherwise. */
    RedundantLu redundantLu(String lu);

    /** What {@link #add} would do, without doing it. */
    Plan planAdd(CopySpec spec);

    /** What {@link #remove} would do, without doing it. */
    Plan planRemove(String lu);

    /** What {@link #resync} would do, without doing it. */
    Plan planResync(String lu);

    /**
     * Makes a copy of an LU, which may be in use at this node. Returns as soon as every change goes to both sides: what was
     * there before is copied by {@link #resync}, which is begun by itself while the LU is in use.
     */
    RedundantLu add(CopySpec spec);

    /** Gives up the copy and deletes it; refused with {@link StorageError#NOT_SYNCHRONOUS} if only it holds everything. */
    void remove(String lu);

    /**
     * Brings the side that is behind up to date by copying what may differ; returns when both hold the same. Cancelled,
     * cut off or failed it goes on where it was at the next call or when the LU is opened next. Units are bytes.
     */
    RedundantLu resync(String lu, Progress progress);

    /**
     * Makes the copy the primary and the primary its copy: the copy can be written, the other is read-only, and what was
     * paired with the LU (adapters, exports, hibernation images) is paired with the copy. Nobody may hold the LU, or its
     * holder must be proven dead.
     *
     * @return the pair with its sides exchanged
     * @throws org.serai.ffdc.SeraiException {@link StorageError#NOT_SYNCHRONOUS} if the copy does not hold everything;
     *     {@link StorageError#LU_LOCKED} naming the holder
     */
    RedundantLu promote(String lu);

    /**
     * Opens an LU for reading only. If somebody else holds it, its copy is read instead; each block shows what was flushed
     * last, or something that was written later. Every opening is a line in the audit log, every refusal one in the
     * security log.
     *
     * @param lu the id of the LU, or of its copy
     * @throws org.serai.ffdc.SeraiException {@link StorageError#WRONG_CLIENT} if client or adapter may not;
     *     {@link StorageError#LU_LOCKED} if it is held and has no copy that can be read, and tells by whom;
     *     {@link StorageError#NOT_SYNCHRONOUS} if its copy is behind
     */
    OpenLu openForReading(UUID lu, Reader reader, String operation);
}
