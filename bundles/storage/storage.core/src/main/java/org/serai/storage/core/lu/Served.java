package org.serai.storage.core.lu;

import org.serai.cluster.Grant;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.spi.LuStore;

/**
 * What an open LU is served from. Replaced as a whole, so that row, pool, lock and store always belong together.
 *
 * @param fill is told how full the LU's tier is
 * @param ownFill is told how full the LU itself is
 */
record Served(LuRow row, Attachment attachment, Grant grant, LuStore store, FillWatch fill, FillWatch ownFill) {
    Served with(LuRow newRow) {
        return new Served(newRow, attachment, grant, store, fill, ownFill);
    }

    Served with(LuStore newStore) {
        return new Served(row, attachment, grant, newStore, fill, ownFill);
    }

    Served with(Grant newGrant) {
        return new Served(row, attachment, newGrant, store, fill, ownFill);
    }

    boolean isAbsent() {
        return store instanceof AbsentLu;
    }
}
