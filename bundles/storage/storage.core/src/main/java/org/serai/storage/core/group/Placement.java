package org.serai.storage.core.group;

import org.serai.storage.Progress;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.TierRow;

/** Moves all of an LU onto the PVs of its tier, in use or not. */
@FunctionalInterface
public interface Placement {
    /** Moves it; {@link org.serai.storage.StorageError#LU_LOCKED} if another node holds it. */
    void place(LuRow row, TierRow tier, Progress progress);
}
