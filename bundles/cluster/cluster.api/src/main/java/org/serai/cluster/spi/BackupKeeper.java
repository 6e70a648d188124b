package org.serai.cluster.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Keeps backups on the cluster's own storage. A service while there is storage to keep them on. */
@ConsumerType
public interface BackupKeeper {
    /** Where backups can be kept: the names of pools. */
    List<String> places();

    /**
     * Keeps a backup, durable at return, and deletes the oldest ones there. One that is cut off is never taken for whole.
     *
     * @param name sorts as backups follow each other
     * @param count how many stay, this one included
     */
    void keep(String place, String name, byte[] content, int count);
}
