package org.serai.storage.core.change;

import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotCatalog;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.core.lu.OpenLus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops snapshots whose taking or dropping was cut off: holding an LU settles them. */
public final class LeftSnapshots {
    private static final Logger LOG = LoggerFactory.getLogger(LeftSnapshots.class);

    private final Catalog catalog;
    private final SnapshotCatalog snapshots;
    private final OpenLus open;

    /** Over rows and open LUs. */
    public LeftSnapshots(Catalog catalog, SnapshotCatalog snapshots, OpenLus open) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.open = open;
    }

    /** Drops what can be dropped from here; whether nothing is left. */
    public boolean drop() {
        boolean all = true;
        for (SnapshotRow snapshot : snapshots.unsettled()) {
            Optional<LuRow> lu = catalog.lu(snapshot.lu()).filter(row -> row.state() == RowState.ONLINE);
            all &= lu.isEmpty() || isDropped(lu.get(), snapshot);
        }
        return all;
    }

    private boolean isDropped(LuRow lu, SnapshotRow snapshot) {
        if (isSettled(lu)) {
            return true; // the view was behind
        }
        try {
            open.clear(lu, "being cleared of snapshot " + snapshot.name());
            return isSettled(lu);
        } catch (SeraiException e) {
            LOG.debug("Snapshot {} of LU {} is left for its holder: {}", snapshot.name(), lu.name(), e.getMessage());
            return false;
        }
    }

    private boolean isSettled(LuRow lu) {
        return snapshots.current(lu.id()).stream().allMatch(row -> row.state() == RowState.ONLINE);
    }
}
