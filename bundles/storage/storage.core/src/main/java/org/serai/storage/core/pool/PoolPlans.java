package org.serai.storage.core.pool;

import java.util.Optional;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Plan;
import org.serai.storage.PoolSpec;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.StorageDriver;

/** Finds out what the making of a pool would meet, without doing it. */
final class PoolPlans {
    private final Database database;
    private final Catalog catalog;
    private final Attachments attachments;

    PoolPlans(Database database, Catalog catalog, Attachments attachments) {
        this.database = database;
        this.catalog = catalog;
        this.attachments = attachments;
    }

    Plan plan(PoolSpec spec, PoolLayout layout) {
        Planning planning = new Planning()
                .step("make pool " + spec.name() + " with driver " + spec.driver())
                .check(() -> Names.check("a pool", spec.name()))
                .check(() -> PoolOperations.requirePvs(spec));
        boolean there = catalog.pools().stream().anyMatch(pool -> pool.name().equals(spec.name()));
        if (there) {
            planning.obstacle(PoolOperations.exists(spec.name()));
        }
        try {
            StorageDriver driver = attachments.driver(spec.driver());
            for (PvLayout pv : layout.pvs()) {
                Optional<SeraiException> taken = taken(pv.path());
                planning.obstacle(taken);
                if (taken.isEmpty()) {
                    planning.check(() -> driver.requireUsable(layout, pv));
                }
            }
        } catch (SeraiException e) {
            planning.obstacle(e);
        }
        return planning.plan();
    }

    private Optional<SeraiException> taken(String path) {
        return database.view(PvRow.class)
                .first(row -> row.path().equals(path))
                .map(row -> PvRows.inUse(
                        path, catalog.pool(row.pool()).map(PoolRow::name).orElse("?")));
    }
}
