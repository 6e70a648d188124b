package org.serai.storage.core.redundancy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.spi.PvChanges;

/**
 * Finds the sides that lost data with a PV which was given up. Such a side takes no part any more as long as the other
 * one is whole: nothing says which of its regions differ, and it is to be given up for a new copy.
 */
final class LostSides {
    private final Catalog catalog;
    private final Attachments attachments;
    private final Map<UUID, List<UUID>> looked = new ConcurrentHashMap<>();

    LostSides(Catalog catalog, Attachments attachments) {
        this.catalog = catalog;
        this.attachments = attachments;
    }

    /** The side that lost data while the other one holds everything and lost nothing. */
    Optional<SideName> of(RedundancyRow pair) {
        boolean primary = isLossy(pair.lu()) || isLossy(pair.intent());
        boolean copy = isLossy(pair.copy()) || isLossy(pair.copyIntent());
        if (primary == copy) {
            return Optional.empty();
        }
        SideName lost = primary ? SideName.PRIMARY : SideName.COPY;
        return Optional.of(lost).filter(side -> pair.state() != side.other().behind());
    }

    private boolean isLossy(UUID lu) {
        return catalog.lu(lu)
                .flatMap(row -> attachments.find(row.pool()))
                .filter(found -> found.store() instanceof PvChanges able && able.lostBytes(lu) > 0)
                .isPresent();
    }

    /** Whether PVs have come or gone since the last call for this pair: a look costs reading maps. */
    boolean isNews(RedundancyRow pair) {
        List<UUID> now = Stream.of(pair.lu(), pair.copy())
                .flatMap(lu -> catalog.lu(lu).stream())
                .map(LuRow::pool)
                .distinct()
                .flatMap(pool -> catalog.pvs(pool).stream())
                .map(PvRow::id)
                .collect(ArrayList::new, List::add, List::addAll);
        return !now.equals(looked.put(pair.lu(), now));
    }

    /** Looks again at the next call of {@link #isNews}. */
    void forget(UUID primary) {
        looked.remove(primary);
    }

    /** Why that side takes no part. */
    static SeraiException error(String side) {
        return StorageError.DATA_DAMAGED.error(
                "LU " + side + " takes no part in its redundant LU",
                "a part of it went with a PV that was removed as lost",
                "give it up with lu:unmirror, the LU itself after lu:promote, and make a new copy");
    }
}
