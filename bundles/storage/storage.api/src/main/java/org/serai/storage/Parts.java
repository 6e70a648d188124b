package org.serai.storage;

import java.util.List;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;
import org.serai.cluster.DeathProof;

/**
 * Sub-partitions of LUs. While any is open the node holds the LU itself too, once for all of them: so all that are open
 * at a time are open at one node, by as many operations as there are sub-partitions. An LU with sub-partitions is
 * not opened as a whole. A service while this node belongs to a cluster.
 */
@ProviderType
public interface Parts {
    /** The sub-partitions of an LU, ordered by name. */
    List<LuPart> parts(String lu);

    /** A sub-partition; {@link StorageError#NO_SUCH_PART} otherwise. */
    LuPart part(String lu, String part);

    /** What {@link #create} would do, without doing it. */
    Plan planCreate(PartSpec spec);

    /** What {@link #resize} would do, without doing it. */
    Plan planResize(String lu, String part, long sizeBytes);

    /** What {@link #delete} would do, without doing it. */
    Plan planDelete(String lu, String part);

    /** Makes a sub-partition, which reads as zero; {@link StorageError#BAD_SIZE} if the LU has no room for it. */
    LuPart create(PartSpec spec);

    /**
     * Changes the size, in use at this node or not. Grown, the new part reads as zero; shrunk, the space behind the new
     * end is given back.
     */
    LuPart resize(String lu, String part, long sizeBytes);

    /** Deletes a sub-partition that nobody holds and gives its space back. */
    void delete(String lu, String part);

    /**
     * Takes the lock of a sub-partition and opens it. What is opened knows no offset outside of it.
     *
     * @throws org.serai.ffdc.SeraiException {@link StorageError#LU_LOCKED} naming holder, operation and parts in use
     */
    OpenLu open(UUID lu, String part, long clientId, String operation);

    /** As above, for one that a node held which is proven dead. */
    OpenLu takeOver(UUID lu, String part, long clientId, String operation, DeathProof proof);
}
