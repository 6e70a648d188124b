package org.serai.storage.spi;

import java.util.UUID;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/** What a pool's store may ask of the platform. */
@ProviderType
public interface PoolContext {
    /** This node and its incarnation, as they are known to the lease area and to fencing. */
    UUID node();

    /** This node's incarnation. */
    UUID incarnation();

    /**
     * Runs the work while no other node runs work of the same pool: for changes of what LUs share. Short; never called
     * on the way of an I/O that needs no new space.
     *
     * @param work is given nothing and may throw; it runs under an epoch that nobody else has
     */
    <R> R exclusively(Supplier<R> work);
}
