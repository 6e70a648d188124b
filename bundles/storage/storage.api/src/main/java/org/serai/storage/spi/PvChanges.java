package org.serai.storage.spi;

import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A capability of a {@link PoolStore}: its PVs change while it is in use. Called on one node at a time; the stores of
 * other nodes learn of it when they next need space, or meet an address on a PV that they do not know, through
 * {@link PoolContext#pvs}. Each method is durable at return and can be repeated after a crash.
 */
@ConsumerType
public interface PvChanges {
    /** Takes one more PV; as with {@link StorageDriver#create} it must belong to nobody. */
    void addPv(PoolLayout.PvLayout pv);

    /**
     * Uses what a PV has grown by.
     *
     * @param toBytes for a file the size it is given; 0 to use what is there
     */
    void growPv(UUID pv, long toBytes);

    /** From now on nothing new is put on a PV, or again something is. */
    void drainPv(UUID pv, boolean drain);

    /** The LUs that have anything on a PV, which is to be empty before it is removed. */
    java.util.List<UUID> lusOn(UUID pv);

    /**
     * Whether a PV can be removed at all once it is empty, asked before it is drained for that.
     *
     * @throws org.serai.ffdc.SeraiException {@link org.serai.storage.StorageError#PV_NOT_EMPTY} if it holds what cannot
     *     move
     */
    default void requireRemovable(UUID pv) {}

    /** Lets go of an empty PV; {@link org.serai.storage.StorageError#PV_NOT_EMPTY} otherwise. */
    void removePv(UUID pv);
}
