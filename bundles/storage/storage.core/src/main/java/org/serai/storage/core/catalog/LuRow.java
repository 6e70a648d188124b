package org.serai.storage.core.catalog;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.Table;
import org.serai.storage.LuKind;

/**
 * A row of lu.
 *
 * @param origin the snapshot that a clone reads
 * @param placed whether all of it is on the PVs of its tier
 * @param otherPool the pool that may hold a remnant of it
 * @param thresholds as {@link FillThresholds}
 */
@Table("lu")
public record LuRow(
        UUID id,
        String name,
        UUID pool,
        long client,
        LuKind kind,
        long sizeBytes,
        boolean thick,
        RowState state,
        UUID tier,
        Optional<UUID> origin,
        boolean placed,
        Optional<UUID> otherPool,
        String thresholds) {
    /** A new LU, which is being made. */
    public static LuRow made(
            UUID id, String name, TierRow tier, UUID pool, long client, LuKind kind, long sizeBytes, boolean thick) {
        return new LuRow(
                id,
                name,
                pool,
                client,
                kind,
                sizeBytes,
                thick,
                RowState.CREATING,
                tier.id(),
                Optional.empty(),
                true,
                Optional.empty(),
                FillThresholds.NONE);
    }

    /** In another state. */
    public LuRow in(RowState newState) {
        return new LuRow(
                id, name, pool, client, kind, sizeBytes, thick, newState, tier, origin, placed, otherPool, thresholds);
    }

    /** With another size. */
    public LuRow sized(long newSizeBytes) {
        return new LuRow(
                id, name, pool, client, kind, newSizeBytes, thick, state, tier, origin, placed, otherPool, thresholds);
    }

    /** As a clone of a snapshot, or of none any more. */
    public LuRow from(Optional<UUID> newOrigin) {
        return new LuRow(
                id, name, pool, client, kind, sizeBytes, thick, state, tier, newOrigin, placed, otherPool, thresholds);
    }

    /** In another tier of its pool, and wholly there or not yet. */
    public LuRow placed(UUID newTier, boolean wholly) {
        return new LuRow(
                id, name, pool, client, kind, sizeBytes, thick, state, newTier, origin, wholly, otherPool, thresholds);
    }

    /** In another pool. */
    public LuRow in(UUID newPool, UUID newTier, Optional<UUID> newOther) {
        return new LuRow(
                id,
                name,
                newPool,
                client,
                kind,
                sizeBytes,
                thick,
                state,
                newTier,
                origin,
                placed,
                newOther,
                thresholds);
    }

    /** With other thresholds. */
    public LuRow alerting(String newThresholds) {
        return new LuRow(
                id, name, pool, client, kind, sizeBytes, thick, state, tier, origin, placed, otherPool, newThresholds);
    }

    /** The object whose owner may use the LU. */
    public String object() {
        return object(id);
    }

    /** The object whose owner may use an LU. */
    public static String object(UUID lu) {
        return "lu:" + lu;
    }
}
