package org.serai.scsi;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.serai.scsi.LuExports.ExportedLu;

/**
 * LUs exported as disks that can only be read, for a backup or a look. Who wants to read an LU that somebody else holds is
 * led to its copy. Such an export is this node's, and ends with it. A service while this node belongs to a cluster.
 */
@ProviderType
public interface ReadExports {
    /**
     * Exports an LU for reading. If nobody holds it, it is locked by this node meanwhile; else its copy is read.
     *
     * @param luName the LU's name, or that of its copy
     * @param initiator as for {@link LuExports#export}
     * @throws org.serai.ffdc.SeraiException {@link ScsiError#ALREADY_EXPORTED}, {@link ScsiError#BAD_INITIATOR}, and what
     *     {@link org.serai.storage.Redundancy#openForReading} says
     */
    ExportedLu export(String luName, Optional<String> initiator);

    /** Ends an export and its sessions; {@link ScsiError#NO_SUCH_EXPORT} if this node has none of the LU. */
    void unexport(String luName);

    /** Those of this node, ordered by LU name. */
    List<ExportedLu> all();
}
