package org.serai.storage.core.parts;

import java.util.Optional;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.serai.storage.PartSpec;
import org.serai.storage.Plan;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PartCatalog;
import org.serai.storage.core.catalog.PartRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.lu.Access;
import org.serai.storage.core.lu.LuLocks;
import org.serai.storage.core.lu.LuOperations;
import org.serai.storage.core.lu.OpenLus;

/** Finds out what a change of sub-partitions would meet, without doing it. */
final class PartPlans {
    private final Catalog catalog;
    private final Pairs pairs;
    private final PartCatalog parts;
    private final LuLocks locks;
    private final OpenLus open;
    private final Access access;
    private final OpenParts opened;

    PartPlans(
            Catalog catalog,
            Pairs pairs,
            PartCatalog parts,
            LuLocks locks,
            OpenLus open,
            Access access,
            OpenParts opened) {
        this.catalog = catalog;
        this.pairs = pairs;
        this.parts = parts;
        this.locks = locks;
        this.open = open;
        this.access = access;
        this.opened = opened;
    }

    /** What is checked of an LU that is there. */
    private interface Check {
        void run(LuRow row, Planning planning);
    }

    private Plan plan(String lu, Planning planning, Check check) {
        try {
            LuRow row = catalog.lu(lu);
            planning.check(() -> pairs.requireNotMade(row));
            planning.obstacle(access.denied(row));
            if (!opened.isShared(row.id())) {
                planning.check(() -> open.requireFree(row));
            }
            check.run(row, planning);
        } catch (SeraiException e) {
            planning.obstacle(e);
        }
        return planning.plan();
    }

    Plan create(PartSpec spec) {
        Planning planning = new Planning()
                .step("make sub-partition " + spec.name() + " of " + Planning.size(spec.sizeBytes()) + " in LU "
                        + spec.lu())
                .check(() -> Names.check("a sub-partition", spec.name()))
                .check(() -> LuOperations.checkSize(spec.sizeBytes()));
        return plan(
                spec.lu(),
                planning,
                (row, found) -> found.check(() -> PartService.requireNew(parts, row, spec.name()))
                        .check(() -> room(row, spec.sizeBytes(), spec.name())));
    }

    private void room(LuRow row, long bytes, String part) {
        new Room(row.sizeBytes(), parts.of(row.id())).find(bytes, "Sub-partition " + part);
    }

    Plan resize(String lu, String name, long sizeBytes) {
        Planning planning = new Planning()
                .step("change sub-partition " + name + " of LU " + lu + " to " + Planning.size(sizeBytes))
                .check(() -> LuOperations.checkSize(sizeBytes));
        return plan(lu, planning, (row, found) -> {
            PartRow part = parts.get(row, name);
            if (sizeBytes > part.sizeBytes()) {
                found.check(() -> room(row, sizeBytes - part.sizeBytes(), name));
            }
        });
    }

    Plan delete(String lu, String name) {
        Planning planning =
                new Planning().step("delete sub-partition " + name + " of LU " + lu + " with all data on it");
        return plan(lu, planning, (row, found) -> found.obstacle(inUse(row, parts.get(row, name))));
    }

    private Optional<SeraiException> inUse(LuRow row, PartRow part) {
        Optional<Owner> holder = locks.holder(part).filter(owner -> !locks.isOver(owner));
        return holder.map(owner -> StorageError.LU_LOCKED.error(
                "Sub-partition " + part.name() + " of LU " + row.name() + " is held",
                "node " + locks.name(owner) + " holds it for " + owner.operation(),
                "wait for that to end, or end it there"));
    }
}
