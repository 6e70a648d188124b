package org.serai.storage;

/**
 * An LU to be made.
 *
 * @param name unique in the cluster
 * @param tier where it is carved from
 * @param clientId the client that it belongs to for its life
 * @param sizeBytes a multiple of {@link OpenLu#BLOCK_BYTES}
 * @param thick whether all its space is taken at once
 */
public record LuSpec(String name, TierName tier, long clientId, LuKind kind, long sizeBytes, boolean thick) {
    /** An LU in a pool's default tier. */
    public LuSpec(String name, String pool, long clientId, LuKind kind, long sizeBytes, boolean thick) {
        this(name, TierName.defaultOf(pool), clientId, kind, sizeBytes, thick);
    }

    /** The pool's name. */
    public String pool() {
        return tier.pool();
    }
}
