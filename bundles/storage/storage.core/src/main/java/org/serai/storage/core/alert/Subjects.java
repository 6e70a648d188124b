package org.serai.storage.core.alert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.serai.storage.Alert;
import org.serai.storage.Thresholds;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.FillThresholds;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvUsage;

/** What can be too full in a pool, and how full it is now. */
final class Subjects {
    private final Catalog catalog;
    private final Tiers tiers;

    Subjects(Catalog catalog, Tiers tiers) {
        this.catalog = catalog;
        this.tiers = tiers;
    }

    /** Something and how full it is. */
    record Filled(
            Alert.Subject subject, UUID id, String name, Thresholds thresholds, int permille, boolean isWholePool) {
        String key() {
            return key(subject, id);
        }

        static String key(Alert.Subject subject, UUID id) {
            return subject.name().toLowerCase(java.util.Locale.ROOT) + ":" + id;
        }
    }

    /** What something is called, if it is there. */
    Optional<String> name(Alert.Subject subject, UUID id) {
        return switch (subject) {
            case POOL -> catalog.pool(id).map(PoolRow::name);
            case TIER -> tiers.tier(id).map(tier -> tiers.name(tier).toString());
            case LU -> catalog.lu(id).map(LuRow::name);
        };
    }

    /**
     * All of a pool that has thresholds, as the pool has it now.
     *
     * @param alerted whether there is an alert of a key: it is looked at although it has no thresholds any more
     */
    List<Filled> in(Attachment attachment, Predicate<String> alerted) {
        PoolRow pool = catalog.pool(attachment.pool().id()).orElse(attachment.pool());
        PoolStore.Usage usage = attachment.store().usage();
        List<Filled> filled = new ArrayList<>();
        filled.add(new Filled(
                Alert.Subject.POOL,
                pool.id(),
                pool.name(),
                FillThresholds.of(pool.thresholds()),
                permille(usage.usedBytes(), usage.sizeBytes()),
                true));
        Map<UUID, PvUsage> pvs = new HashMap<>();
        attachment.store().pvs().forEach(pv -> pvs.put(pv.pv(), pv));
        tiers.tiersOf(pool.id()).forEach(tier -> filled.add(tier(tier, pvs)));
        catalog.lus().stream()
                .filter(lu -> lu.pool().equals(pool.id())
                        && lu.state() == RowState.ONLINE
                        && (!FillThresholds.of(lu.thresholds()).percents().isEmpty()
                                || alerted.test(Filled.key(Alert.Subject.LU, lu.id()))))
                .forEach(lu -> filled.add(lu(lu, attachment)));
        return filled;
    }

    private Filled tier(TierRow tier, Map<UUID, PvUsage> pvs) {
        long used = 0;
        long size = 0;
        for (UUID pv : tiers.pvs(tier)) {
            PvUsage usage = pvs.get(pv);
            if (usage != null) {
                used += usage.usedBytes();
                size += usage.usableBytes();
            }
        }
        return new Filled(
                Alert.Subject.TIER,
                tier.id(),
                tiers.name(tier).toString(),
                FillThresholds.of(tier.thresholds()),
                permille(used, size),
                tiers.pvs(tier).size() == pvs.size());
    }

    private static Filled lu(LuRow lu, Attachment attachment) {
        return new Filled(
                Alert.Subject.LU,
                lu.id(),
                lu.name(),
                FillThresholds.of(lu.thresholds()),
                permille(attachment.store().usedBytes(lu.id()), lu.sizeBytes()),
                false);
    }

    private static int permille(long used, long size) {
        return size == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, used / (size / 1000.0));
    }
}
