package org.serai.storage.core.redundancy;

import java.util.Set;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.CopySpec;
import org.serai.storage.Plan;
import org.serai.storage.RedundantLu;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.lu.Access;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PvUsage;

/** Finds out what a change of copies would meet, without doing it. */
public final class CopyPlans {
    private final Catalog catalog;
    private final Tiers tiers;
    private final Pairs pairs;
    private final Attachments attachments;
    private final OpenLus open;
    private final Access access;

    /** Over rows and what is open here. */
    public CopyPlans(Catalog catalog, Tiers tiers, Pairs pairs, Attachments attachments, OpenLus open, Access access) {
        this.catalog = catalog;
        this.tiers = tiers;
        this.pairs = pairs;
        this.attachments = attachments;
        this.open = open;
        this.access = access;
    }

    Plan add(CopySpec spec) {
        Planning planning = new Planning()
                .step("make LU " + spec.copy() + " in " + spec.tier() + " and do every change of " + spec.lu()
                        + " there too")
                .check(() -> Names.check("an LU", spec.copy()))
                .check(() -> requireNew(spec.copy()));
        try {
            LuRow row = catalog.lu(spec.lu());
            planning.check(() -> requireHoldable(row)).check(() -> Copying.requireNoCopy(pairs, row));
            TierRow tier = tiers.tier(spec.tier());
            planning.check(() -> Apart.require(tiers, spec.tier(), row, "the copy of LU " + row.name()))
                    .obstacle(access.denied(tier, row.client(), "tier " + spec.tier()))
                    .check(() -> requireRoom(tier, row.thick() ? row.sizeBytes() : 1))
                    // for the intents beside the LU
                    .check(() -> requireRoom(tiers.tier(row.tier()).orElseThrow(), 1));
        } catch (SeraiException e) {
            planning.obstacle(e);
        }
        return planning.plan();
    }

    private void requireNew(String name) {
        if (catalog.lus().stream().anyMatch(row -> row.name().equals(name))) {
            throw StorageError.LU_EXISTS.error(
                    "There is an LU " + name + " already", "names are unique", "choose another name");
        }
    }

    private void requireHoldable(LuRow row) {
        open.requireHoldable(row, LuStore.class);
    }

    private void requireRoom(TierRow tier, long bytes) {
        TierName name = tiers.name(tier);
        Set<UUID> from = tiers.placement(tier);
        long free = attachments.require(catalog.pool(name.pool())).store().pvs().stream()
                .filter(pv -> pv.present() && (from.isEmpty() || from.contains(pv.pv())))
                .mapToLong(CopyPlans::free)
                .sum();
        if (free < bytes) {
            throw StorageError.POOL_FULL.error(
                    "Tier " + name + " has no room for that",
                    bytes == 1
                            ? "all of its space is given to LUs"
                            : Planning.size(bytes) + " are needed, and " + Planning.size(free) + " are free",
                    "extend it, or choose another tier");
        }
    }

    private static long free(PvUsage pv) {
        return Math.max(0, pv.usableBytes() - pv.usedBytes());
    }

    Plan remove(RedundantLu pair, LuRow primary) {
        Planning planning = new Planning()
                .step("delete LU " + pair.copyName() + ", the copy of LU " + pair.luName())
                .check(() -> requireHoldable(primary));
        if (pair.state() == State.PRIMARY_BEHIND) {
            planning.obstacle(StorageError.NOT_SYNCHRONOUS.error(
                    "The copy of LU " + pair.luName() + " cannot be removed",
                    "only the copy holds everything: " + pair.reason(),
                    "make the copy the LU with lu:promote, or wait until the LU is resynchronised"));
        }
        return planning.plan();
    }

    Plan resync(RedundantLu pair, LuRow primary) {
        return new Planning()
                .step("copy " + Planning.size(pair.behindBytes()) + " between " + pair.luName() + " and "
                        + pair.copyName())
                .check(() -> requireHoldable(primary))
                .plan();
    }
}
