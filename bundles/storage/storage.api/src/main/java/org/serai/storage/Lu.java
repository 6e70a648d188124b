package org.serai.storage;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An LU as this node sees it now.
 *
 * @param usedBytes what is given to what it shows, without its map; what it shares with snapshots or an origin counts
 * @param state {@code online}; {@code creating} and {@code deleting} while an operation is under way; {@code degraded}
 *     if it has a copy and only one of the two holds everything; {@code away} if a PV cannot be reached that is needed to
 *     read it; {@code unattached} if its pool is not attached at this node; {@code damaged} if the pool cannot say
 *     anything of it. In the last four what it uses may not be known, and be shown as 0
 * @param lock who holds it
 * @param place its tier and the space that its snapshots and sharing make of it
 */
public record Lu(
        UUID id,
        String name,
        UUID pool,
        String poolName,
        long clientId,
        LuKind kind,
        long sizeBytes,
        long usedBytes,
        boolean thick,
        String state,
        Optional<Lock> lock,
        Place place) {
    /** An LU in the default tier of its pool, without snapshots. */
    public Lu(
            UUID id,
            String name,
            UUID pool,
            String poolName,
            long clientId,
            LuKind kind,
            long sizeBytes,
            long usedBytes,
            boolean thick,
            String state,
            Optional<Lock> lock) {
        this(
                id,
                name,
                pool,
                poolName,
                clientId,
                kind,
                sizeBytes,
                usedBytes,
                thick,
                state,
                lock,
                new Place(TierName.defaultOf(poolName), usedBytes, 0, Optional.empty()));
    }

    /** Whether what it uses is known here now, in all of its space. */
    public boolean isSpaceKnown() {
        return !Set.of("degraded", "away", "unattached", "damaged").contains(state);
    }

    /** Who holds an LU, and for what. */
    public record Lock(UUID node, String nodeName, String operation, long epoch) {
        /** The operation of who exports an LU as a plain disk. */
        public static final String EXPORT = "export";

        /** The operation of who keeps an LU as the live copy of another one, whose name follows. */
        public static final String MIRROR = "mirroring LU ";

        /** What ends such a lock, if a command does. */
        public static Optional<String> ending(String lu, String operation, String nodeName) {
            if (operation.startsWith(MIRROR)) {
                return Optional.of("lu:unmirror " + operation.substring(MIRROR.length()) + " at node " + nodeName
                        + " gives it up");
            }
            return operation.equals(EXPORT)
                    ? Optional.of("lu:unexport " + lu + " at node " + nodeName)
                    : Optional.empty();
        }
    }

    /**
     * Where an LU is.
     *
     * @param tier its tier
     * @param ownBytes what would come back to the pool if it were deleted with its snapshots
     * @param snapshotBytes the part of that which only its snapshots need
     * @param origin for a clone, {@code LU@SNAPSHOT} that it shares space with
     */
    public record Place(TierName tier, long ownBytes, long snapshotBytes, Optional<String> origin) {}
}
