package org.serai.storage;

/**
 * Where a tier is: each pool has its own disk groups, each disk group its own tiers.
 *
 * @param pool the pool's name
 * @param group the disk group's name
 * @param tier the tier's name
 */
public record TierName(String pool, String group, String tier) {
    /** The name of the disk group and of the tier with all PVs that each pool begins with. */
    public static final String DEFAULT = "default";

    /** The tier that a pool begins with. */
    public static TierName defaultOf(String pool) {
        return new TierName(pool, DEFAULT, DEFAULT);
    }

    /** Reads {@code POOL}, {@code POOL/GROUP} or {@code POOL/GROUP/TIER}; what is missing is {@link #DEFAULT}. */
    public static TierName of(String text) {
        String[] parts = text.split("/", 3);
        return new TierName(parts[0], parts.length > 1 ? parts[1] : DEFAULT, parts.length > 2 ? parts[2] : DEFAULT);
    }

    /** {@code POOL/GROUP/TIER}. */
    @Override
    public String toString() {
        return pool + "/" + group + "/" + tier;
    }
}
