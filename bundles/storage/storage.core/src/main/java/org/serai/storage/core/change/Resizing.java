package org.serai.storage.core.change;

import org.serai.storage.LuChange.Resize;
import org.serai.storage.Plan;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.lu.HeldLu;
import org.serai.storage.core.lu.LuOperations;
import org.serai.storage.spi.Resizes;

/** Growing and shrinking. The driver is changed first; an LU whose row is behind gets its size when it is next held. */
final class Resizing {
    private final Change with;

    Resizing(Change with) {
        this.with = with;
    }

    Plan plan(Resize change) {
        LuRow row = with.catalog().lu(change.lu());
        Planning planning = new Planning();
        planning.check(() -> LuOperations.checkSize(change.sizeBytes()));
        planning.check(() -> with.open().requireHoldable(row, Resizes.class));
        if (change.sizeBytes() != row.sizeBytes()) {
            planning.step("LU " + row.name() + (change.sizeBytes() > row.sizeBytes() ? " grows" : " shrinks") + " from "
                    + Planning.size(row.sizeBytes()) + " to " + Planning.size(change.sizeBytes()));
        }
        return planning.plan();
    }

    void apply(Resize change) {
        LuOperations.checkSize(change.sizeBytes());
        LuRow row = with.catalog().lu(change.lu());
        with.open().using(row, "being resized", held -> resize(held, change.sizeBytes()));
    }

    private LuRow resize(HeldLu held, long sizeBytes) {
        Resizes able = held.able(Resizes.class);
        LuRow now = held.row().sized(sizeBytes);
        boolean shrinks = sizeBytes < held.row().sizeBytes();
        if (shrinks) {
            // Nobody writes behind the new end any more when the driver gives that space back.
            with.open().changed(now);
        }
        try {
            able.resize(sizeBytes);
        } finally {
            with.open().changed(held.row().sized(held.store().sizeBytes()));
        }
        return with.settling().update(now, held.grant());
    }
}
