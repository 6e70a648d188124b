package org.serai.storage.core.lu;

import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.PoolRow;

/** What a pool's driver can. */
public final class Capabilities {
    private Capabilities() {}

    /** A capability of a pool's store; {@link StorageError#NOT_SUPPORTED} naming it otherwise. */
    public static <T> T of(Attachment attachment, Class<T> capability) {
        if (capability.isInstance(attachment.store())) {
            return capability.cast(attachment.store());
        }
        throw missing(attachment.pool(), capability);
    }

    /** Fails unless a pool's LUs have a capability. */
    static void requireOfLus(Attachment attachment, Class<?> capability) {
        if (!capability.isAssignableFrom(attachment.store().luType())) {
            throw missing(attachment.pool(), capability);
        }
    }

    /** Says that a driver cannot do something. */
    public static SeraiException missing(PoolRow pool, Class<?> capability) {
        return StorageError.NOT_SUPPORTED.error(
                "Pool " + pool.name() + " cannot do this",
                "its storage driver " + pool.driver() + " does not have the capability " + capability.getSimpleName(),
                "use a pool of another driver");
    }
}
