package org.serai.storage.core.change;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Grant;
import org.serai.ffdc.SeraiException;
import org.serai.storage.PoolUpkeep.Adoption;
import org.serai.storage.PoolUpkeep.Stray;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.lu.Strays;
import org.serai.storage.core.pool.PoolUpkeepService;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.LuStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes LUs into the VIOS DB that a pool holds and the database does not know. Such a row is made online at once: one
 * that is being made is cleared away, with its data, should this process die.
 */
public final class Adopting implements PoolUpkeepService.Strays {
    private static final Logger LOG = LoggerFactory.getLogger(Adopting.class);

    private final Change with;

    /** Over rows, pools and locks. */
    public Adopting(Change with) {
        this.with = with;
    }

    @Override
    public List<Stray> strays(String pool) {
        Attachment attachment = with.attachments().require(with.catalog().pool(pool));
        return new Strays(with.database())
                .in(attachment).stream()
                        .flatMap(lu -> stray(attachment, lu).stream())
                        .toList();
    }

    /** Of a half deleted or damaged one nothing can be read. */
    private static Optional<Stray> stray(Attachment attachment, UUID lu) {
        try {
            var usage = attachment.store().luUsage(lu);
            return Optional.of(new Stray(lu, usage.sizeBytes(), usage.usedBytes(), Strays.origins(attachment, lu)));
        } catch (SeraiException unreadable) {
            LOG.info(
                    "LU {} in pool {} cannot be read: {}", lu, attachment.pool().name(), unreadable.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void adopt(Adoption adoption, Progress progress) {
        Names.check("an LU", adoption.name());
        TierName tierName = TierName.defaultOf(adoption.pool());
        TierRow tier = with.tiers().tier(tierName);
        with.access().checkGroup(tier, adoption.clientId(), "tier " + tierName, "adopting LU " + adoption.name());
        Attachment attachment = with.attachments().require(with.catalog().pool(adoption.pool()));
        Stray stray = strays(adoption.pool()).stream()
                .filter(each -> each.id().equals(adoption.lu()))
                .findFirst()
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "LU " + adoption.lu() + " cannot be adopted",
                        "pool " + adoption.pool() + " holds no LU of that id which the VIOS DB does not know",
                        "lu:strays " + adoption.pool() + " shows which there are"));
        LuRow row = LuRow.made(
                        stray.id(),
                        adoption.name(),
                        tier,
                        attachment.pool().id(),
                        adoption.clientId(),
                        adoption.kind(),
                        stray.sizeBytes(),
                        false)
                .in(RowState.ONLINE);
        Grant grant = with.locks().acquire(row, "being adopted");
        try (LuStore store = attachment.store().openLu(row.id(), grant.epoch())) {
            if (store instanceof Clones.Clone clone) {
                clone.flatten(progress);
            }
            with.database().write(transaction -> {
                with.locks().require(transaction, grant);
                LuRow sized = row.sized(store.sizeBytes());
                with.lus().insert(transaction, sized);
                return sized;
            });
        } finally {
            with.locks().release(grant);
        }
    }
}
