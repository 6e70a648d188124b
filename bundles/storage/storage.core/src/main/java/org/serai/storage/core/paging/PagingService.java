package org.serai.storage.core.paging;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.ffdc.SeraiException;
import org.serai.storage.DiskGroups;
import org.serai.storage.LuChange.Resize;
import org.serai.storage.LuChanges;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Paging;
import org.serai.storage.PagingLu;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.Tier;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PagingRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.lu.Access;
import org.serai.storage.core.lu.HeldLu;
import org.serai.storage.core.lu.LuOperations;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.core.lu.Zeroes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives paging LUs to partitions. An LU is given before it gets its size, and taken back after its content is gone: what a
 * crash leaves is finished by the same request again, and nobody finds another partition's pages.
 */
public final class PagingService implements Paging {
    private static final Logger LOG = LoggerFactory.getLogger(PagingService.class);
    private static final int ATTEMPTS = 16;

    private final Storing with;
    private final PagingCatalog rows;
    private final PagingPolicy policy;

    /** What it is made with. */
    public record Storing(
            org.serai.database.Database database,
            org.serai.cluster.Ownership ownership,
            Catalog catalog,
            Tiers tiers,
            OpenLus open,
            LuOperations lus,
            LuChanges changes,
            DiskGroups groups,
            Access access,
            Supplier<UUID> ids) {}

    /** Under a policy. */
    public PagingService(Storing with, PagingPolicy policy) {
        this.with = with;
        this.rows = new PagingCatalog(with.database(), with.ownership());
        this.policy = policy;
    }

    @Override
    public List<PagingLu> pagingLus() {
        List<PagingRow> given = rows.given();
        return with.catalog().lus().stream()
                .filter(row -> row.kind() == LuKind.PAGING)
                .map(row -> shown(
                        row,
                        given.stream().filter(one -> one.lu().equals(row.id())).findFirst()))
                .toList();
    }

    private static PagingLu shown(LuRow row, Optional<PagingRow> given) {
        return new PagingLu(row.id(), row.name(), row.client(), row.sizeBytes(), given.map(PagingRow::lpar));
    }

    @Override
    public Optional<PagingLu> of(UUID partition) {
        return rows.of(partition).map(row -> shown(lu(row), Optional.of(row)));
    }

    private LuRow lu(PagingRow row) {
        return with.catalog().lu(row.lu()).orElseThrow();
    }

    @Override
    public PagingLu request(UUID partition, long clientId, long minimumBytes) {
        long bytes = Math.ceilDiv(minimumBytes, OpenLu.BLOCK_BYTES) * OpenLu.BLOCK_BYTES;
        LuOperations.checkSize(bytes);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<PagingRow> has = rows.of(partition);
            if (has.isPresent()) {
                return again(has.get(), clientId, bytes);
            }
            Optional<PagingLu> given = choose(partition, clientId, bytes);
            if (given.isPresent()) {
                return given.get();
            }
        }
        throw StorageError.LU_LOCKED.error(
                "Partition " + partition + " got no paging LU", "others were faster each time", "ask again");
    }

    private PagingLu again(PagingRow has, long clientId, long bytes) {
        LuRow row = lu(has);
        with.access().check(row, clientId, "paging of partition " + has.lpar());
        return shown(resized(row, bytes), Optional.of(has));
    }

    private LuRow resized(LuRow row, long bytes) {
        if (row.sizeBytes() != bytes) {
            with.changes().apply(new Resize(row.name(), bytes), Progress.NONE);
        }
        return with.catalog().lu(row.id()).orElse(row);
    }

    /** One attempt: an unused LU with enough room; the nearest one grown; a new one. Empty if another was faster. */
    private Optional<PagingLu> choose(UUID partition, long clientId, long bytes) {
        List<LuRow> unused = rows.unused(clientId).stream()
                .filter(row -> with.access()
                        .denied(with.tiers().tier(row.tier()).orElseThrow(), clientId, "LU " + row.name())
                        .isEmpty())
                .toList();
        Optional<LuRow> fits =
                unused.stream().filter(row -> row.sizeBytes() >= bytes).findFirst();
        if (fits.isPresent()) {
            return given(fits.get(), partition);
        }
        if (policy.grow() && !unused.isEmpty()) {
            Optional<Optional<PagingLu>> grown = grown(unused.getLast(), partition, bytes);
            if (grown.isPresent()) {
                return grown.get();
            }
        }
        UUID id = with.ids().get();
        LuSpec spec = new LuSpec("paging-" + id, tier(clientId), clientId, LuKind.PAGING, bytes, false);
        return given(with.lus().create(spec, id), partition);
    }

    private Optional<PagingLu> given(LuRow row, UUID partition) {
        return rows.give(row, partition)
                ? Optional.of(shown(row, Optional.of(new PagingRow(row.id(), partition))))
                : Optional.empty();
    }

    /** The outer one is empty if that LU cannot be grown. */
    private Optional<Optional<PagingLu>> grown(LuRow nearest, UUID partition, long bytes) {
        PagingRow row = new PagingRow(nearest.id(), partition);
        if (!rows.give(nearest, partition)) {
            return Optional.of(Optional.empty());
        }
        try {
            return Optional.of(Optional.of(shown(resized(nearest, bytes), Optional.of(row))));
        } catch (SeraiException e) {
            LOG.info("Paging LU {} cannot be grown, so that a new one is made: {}", nearest.name(), e.getMessage());
            rows.takeBack(row); // nobody has used it meanwhile
            return Optional.empty();
        }
    }

    private TierName tier(long clientId) {
        return policy.tier()
                .or(() -> roomiest(clientId))
                .or(() -> {
                    with.database().catchUp(Long.MAX_VALUE); // another node may have just made one
                    return roomiest(clientId);
                })
                .orElseThrow(() -> StorageError.NO_SUCH_GROUP.error(
                        "No paging LU can be made for client " + clientId,
                        "there is no tier that it may use",
                        "make a pool, or name a tier in paging.tier"));
    }

    private Optional<TierName> roomiest(long clientId) {
        return with.groups().groups().stream()
                .filter(group -> group.policy().allowsClient(clientId))
                .flatMap(group -> group.tiers().stream())
                .filter(tier -> with.access()
                        .denied(with.tiers().tier(tier.id()).orElseThrow(), clientId, "tier " + tier.name())
                        .isEmpty())
                .max(Comparator.comparingLong(PagingService::freeBytes))
                .map(Tier::name);
    }

    private static long freeBytes(Tier tier) {
        return tier.space().sizeBytes() - tier.space().usedBytes();
    }

    @Override
    public void release(UUID partition) {
        Optional<PagingRow> has = rows.of(partition);
        if (has.isEmpty()) {
            return;
        }
        LuRow row = lu(has.get());
        if (with.open().openHere(row.id()).isPresent()) {
            throw StorageError.LU_LOCKED.error(
                    "Paging LU " + row.name() + " cannot be taken back", "this node has it open", "close it first");
        }
        with.open().using(row, "its pages are given up", this::clear);
        rows.takeBack(has.get());
    }

    private boolean clear(HeldLu held) {
        Zeroes.write(held.store(), 0, held.store().sizeBytes(), true);
        held.store().flush();
        return true;
    }
}
