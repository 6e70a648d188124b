package org.serai.cluster.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Finds backups on storage of which only the disks are known. A service that needs no membership. */
@ConsumerType
public interface BackupFinder {
    /**
     * The backups on disks; nothing is changed.
     *
     * @param paths the disks of one pool
     */
    List<byte[]> find(List<String> paths);
}
