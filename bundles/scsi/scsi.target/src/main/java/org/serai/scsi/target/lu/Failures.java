package org.serai.scsi.target.lu;

import org.serai.cluster.ClusterError;
import org.serai.ffdc.Category;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;

/** What storage and the VIOS DB could not do. */
public final class Failures {
    private Failures() {}

    /**
     * Whether the same succeeds later, by itself: once the lease is renewed, the LU is taken over, or the database that
     * grants new space answers. The end of the lock is not such a one.
     */
    public static boolean pass(SeraiException e) {
        return e.code().category() == Category.RETRY && e.code() != StorageError.STALE
                || e.code() == ClusterError.FENCED;
    }
}
