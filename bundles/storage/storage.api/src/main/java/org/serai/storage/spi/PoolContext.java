package org.serai.storage.spi;

import java.util.List;
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

    /** The pool's PVs as the VIOS DB has them now: for a store that meets one which it does not know yet. */
    List<PoolLayout.PvLayout> pvs();

    /**
     * Runs the work while no other node runs work of the same pool: for changes of what LUs share. Short; never called
     * on the way of an I/O that needs no new space.
     *
     * @param work is given nothing and may throw; it runs under an epoch that nobody else has
     */
    <R> R exclusively(Supplier<R> work);

    /** Ways to the pool's PVs through other nodes. */
    default PvRelay relay() {
        return PvRelay.NONE;
    }
}
