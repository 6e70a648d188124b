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

    /**
     * What LUs lose if a PV is given up that cannot be read any more. Of an LU that is in use, what its holder has made
     * durable counts; of a PV that is given up already nothing is told. LUs of which nothing can be known without the PV are not among them: the pool's other PVs have
     * nothing of these.
     */
    java.util.List<Loss> losses(UUID pv);

    /**
     * What an LU loses with a PV.
     *
     * @param lu the LU
     * @param bytes how much of what it shows cannot be read afterwards
     * @param snapshots its snapshots that lose anything
     * @param whole whether it cannot be opened at all afterwards
     */
    record Loss(UUID lu, long bytes, java.util.List<UUID> snapshots, boolean whole) {}

    /**
     * Strikes a PV from the pool that is gone for good, without reading it. What was on it is lost: reading it fails with
     * {@link org.serai.storage.StorageError#DATA_DAMAGED} until it is overwritten by whole extents or discarded. If the
     * PV comes back it is no part of the pool. Refused with {@link org.serai.storage.StorageError#PV_PRESENT} if it can
     * be read, and with {@link org.serai.storage.StorageError#PV_NOT_EMPTY} if the pool cannot do without it.
     */
    void removeLostPv(UUID pv);

    /** Fails with what {@link #removeLostPv} would be refused with. */
    void requireLost(UUID pv);

    /**
     * Erases what the PV at a path has of this pool, which it left as lost; nothing if it has nothing of that. It can be
     * added again then, as an empty one.
     */
    void eraseStalePv(String path);

    /** How much of what an LU shows was lost with PVs, as far as that is durable; all of it if it cannot be opened. */
    long lostBytes(UUID lu);
}
