package org.serai.cluster;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;
import org.serai.database.Transaction;

/** Who owns what: one row an object in the VIOS DB with holder and epoch, changed by compare-and-set only. */
@ProviderType
public interface Ownership {
    /**
     * Takes what is free, or what an earlier incarnation of this node held, and raises the epoch. What this incarnation
     * holds already is refused as well: one holder in a node is one holder.
     *
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#OWNED}, naming holder and operation;
     *     {@link ClusterError#FENCED} if this node may not serve
     */
    default Grant acquire(String object, String operation) {
        return acquire(object, operation, Along.NOTHING);
    }

    /** As above, and writes something in the same instant. */
    Grant acquire(String object, String operation, Along along);

    /** Takes what a node held that is proven dead; {@link ClusterError#OWNED} if the proof is of another incarnation. */
    default Grant takeOver(String object, String operation, DeathProof proof) {
        return takeOver(object, operation, proof, Along.NOTHING);
    }

    /** As above, and writes something in the same instant. */
    Grant takeOver(String object, String operation, DeathProof proof, Along along);

    /**
     * Raises the epoch of what is held, without letting go of it in between; the old grant is void.
     *
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#STALE_EPOCH} unless the grant is current
     */
    default Grant renew(Grant grant) {
        return renew(grant, Along.NOTHING);
    }

    /** As above, and writes something in the same instant. */
    Grant renew(Grant grant, Along along);

    /** Gives back; the epoch stays and rises with the next grant. A grant that is stale by now is ignored. */
    default void release(Grant grant) {
        release(grant, Along.NOTHING);
    }

    /** As above, and writes something in the same instant, unless the grant is stale. */
    void release(Grant grant, Along along);

    /** What is written in the transaction that changes an owner: one commit instead of two. May be run more than once. */
    @FunctionalInterface
    interface Along {
        /** Nothing. */
        Along NOTHING = (transaction, grant) -> {};

        /** Writes; the grant is the new one, or the one that is given back. */
        void write(Transaction transaction, Grant grant);
    }

    /** Fails with {@link ClusterError#STALE_EPOCH} unless the grant is current; the check holds until the commit. */
    void require(Transaction transaction, Grant grant);

    /** The object's row in the local view. */
    Optional<Owner> owner(String object);

    /** The object's row as the transaction sees it. */
    Optional<Owner> owner(Transaction transaction, String object);

    /** All rows with a holder, ordered by object. */
    List<Owner> owners();

    /**
     * A row of ownership.
     *
     * @param holder empty if the object is free
     */
    record Owner(String object, Optional<UUID> holder, Optional<UUID> incarnation, long epoch, String operation) {}
}
