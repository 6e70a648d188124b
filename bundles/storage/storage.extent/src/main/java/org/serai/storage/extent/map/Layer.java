package org.serai.storage.extent.map;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.serai.storage.extent.pv.Pages;

/**
 * A layer of an LU, as it stands in the layer table: the top, which is written, or an earlier state.
 *
 * @param number its number, which no other layer of the LU ever had
 * @param parent the layer below; 0 for none in this LU
 * @param id the snapshot's id; {@link #NO_ID} if it never was one
 * @param state what it is
 * @param sizeBytes the LU's size in this layer
 * @param reachBytes how much of what is below shows through: the smallest size since the layer was begun
 * @param directory the extent with its directory
 * @param shown extents that reads of it find, as of when it became a snapshot
 * @param foreign how many of these are the origin's
 * @param origin the LU whose layer is below, for the lowest layer of a clone; {@link #NO_ID} otherwise
 * @param originLayer that layer's number
 */
public record Layer(
        int number,
        int parent,
        UUID id,
        State state,
        long sizeBytes,
        long reachBytes,
        long directory,
        long shown,
        long foreign,
        UUID origin,
        int originLayer) {
    /** The id of no snapshot and no LU. */
    public static final UUID NO_ID = new UUID(0, 0);

    /** What a layer takes in the table. */
    public static final int BYTES = 96;

    /** What a layer is; the order is that of the codes on the PV. */
    public enum State {
        /** Written by the holder; one in each LU. */
        TOP,
        /** Seen as a snapshot, never changed. */
        SNAPSHOT,
        /** Seen by nobody; kept for what is above it, or until it is freed. */
        DROPPED,
        /** As before, and what its only child lacks moves into that: an entry counts only where the child has none. */
        MERGING
    }

    /** The first layer of an LU. */
    public static Layer first(long sizeBytes, long directory) {
        return new Layer(1, 0, NO_ID, State.TOP, sizeBytes, 0, directory, 0, 0, NO_ID, 0);
    }

    /** The first layer of a clone, which shows what a snapshot of another LU shows. */
    public static Layer cloned(Layer snapshot, UUID origin, long sizeBytes, long directory) {
        return new Layer(
                1,
                0,
                NO_ID,
                State.TOP,
                sizeBytes,
                snapshot.sizeBytes,
                directory,
                snapshot.shown,
                snapshot.shown,
                origin,
                snapshot.number);
    }

    /** An empty top over {@code below}, which shows what that shows. */
    public static Layer over(Layer below, int number, long directory, long shown, long foreign) {
        long size = below.sizeBytes;
        return new Layer(number, below.number, NO_ID, State.TOP, size, size, directory, shown, foreign, NO_ID, 0);
    }

    /** Whether a layer of another LU shows through. */
    public boolean hasOrigin() {
        return !origin.equals(NO_ID);
    }

    /** Whether anything can show through. */
    boolean hasBelow() {
        return parent != 0 || hasOrigin();
    }

    /** The same in another state, with the id of a snapshot or {@link #NO_ID}. */
    public Layer withState(State changed, UUID withId) {
        return new Layer(
                number, parent, withId, changed, sizeBytes, reachBytes, directory, shown, foreign, origin, originLayer);
    }

    /** The same with other counts of extents. */
    public Layer withShown(long nowShown, long nowForeign) {
        return new Layer(
                number, parent, id, state, sizeBytes, reachBytes, directory, nowShown, nowForeign, origin, originLayer);
    }

    /** The same with another size; what a shrink hides never shows through again. */
    public Layer withSize(long size) {
        return new Layer(
                number,
                parent,
                id,
                state,
                size,
                Math.min(reachBytes, size),
                directory,
                shown,
                foreign,
                origin,
                originLayer);
    }

    /** The same with its directory elsewhere. */
    public Layer withDirectory(long moved) {
        return new Layer(number, parent, id, state, sizeBytes, reachBytes, moved, shown, foreign, origin, originLayer);
    }

    /** Over what its parent was over. */
    public Layer without(Layer gone) {
        return new Layer(
                number,
                gone.parent,
                id,
                state,
                sizeBytes,
                Math.min(reachBytes, gone.reachBytes),
                directory,
                shown,
                foreign,
                gone.origin,
                gone.originLayer);
    }

    /** Independent of any origin. */
    public Layer withoutOrigin() {
        return new Layer(
                number, parent, id, state, sizeBytes, parent == 0 ? 0 : reachBytes, directory, shown, 0, NO_ID, 0);
    }

    void encode(ByteBuffer to, int at) {
        Pages.putUuid(to, at, id);
        to.putInt(at + 16, number);
        to.putInt(at + 20, parent);
        to.putInt(at + 24, state.ordinal());
        to.putInt(at + 28, originLayer);
        to.putLong(at + 32, sizeBytes);
        to.putLong(at + 40, reachBytes);
        to.putLong(at + 48, directory);
        to.putLong(at + 56, shown);
        to.putLong(at + 64, foreign);
        Pages.putUuid(to, at + 72, origin);
        to.putLong(at + 88, 0);
    }

    /** The layer at {@code at}. */
    public static Layer decode(ByteBuffer from, int at) {
        return new Layer(
                from.getInt(at + 16),
                from.getInt(at + 20),
                Pages.uuid(from, at),
                State.values()[from.getInt(at + 24)],
                from.getLong(at + 32),
                from.getLong(at + 40),
                from.getLong(at + 48),
                from.getLong(at + 56),
                from.getLong(at + 64),
                Pages.uuid(from, at + 72),
                from.getInt(at + 28));
    }
}
