package org.serai.storage.core.redundancy;

import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Transaction;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Moment;
import org.serai.storage.core.catalog.Moments;
import org.serai.storage.core.catalog.PagingRow;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PartRow;
import org.serai.storage.core.catalog.RedundancyRow;

/**
 * Makes the copy of an LU the primary: one transaction under the locks of both, so that a crash leaves all of it or none.
 * The data are not touched; what may differ after a crash is copied from the new primary when it is opened.
 */
public final class Promotion {
    private final PairWriting with;
    private final Catalog catalog;
    private final Pairs pairs;
    private final Attachments attachments;

    /** Over rows and locks. */
    public Promotion(PairWriting with, Catalog catalog, Pairs pairs, Attachments attachments) {
        this.with = with;
        this.catalog = catalog;
        this.pairs = pairs;
        this.attachments = attachments;
    }

    RedundancyRow promote(LuRow row) {
        RedundancyRow seen = pairs.current(row.id()).orElseThrow(() -> RedundancyService.notRedundant(row.name()));
        LuRow copy = catalog.lu(seen.copy()).orElseThrow();
        Grant primaryLock = lock(row, "copy " + copy.name() + " is made the primary");
        try {
            Grant copyLock = lock(copy, "being made the primary of LU " + row.name());
            try {
                return with.database().write(transaction -> {
                    with.locks().require(transaction, primaryLock);
                    with.locks().require(transaction, copyLock);
                    return exchange(transaction, row, primaryLock, copyLock);
                });
            } finally {
                with.locks().release(copyLock);
            }
        } finally {
            with.locks().release(primaryLock);
        }
    }

    /** Locks what is free, or what a dead node held. */
    private Grant lock(LuRow row, String operation) {
        Optional<Owner> over = with.locks()
                .holder(row)
                .filter(owner -> with.locks().isOver(owner)
                        && !with.locks().isSelf(owner.holder().orElseThrow()));
        if (over.isEmpty()) {
            return with.locks().acquire(row, operation);
        }
        DeathProof proof = with.locks().prove(over.get());
        attachments.find(row.pool()).map(Attachment::store).ifPresent(store -> SpaceLock.fence(store.fence(), proof));
        return with.locks().takeOver(row, operation, proof);
    }

    private static RedundancyRow exchange(Transaction transaction, LuRow row, Grant primaryLock, Grant copyLock) {
        RedundancyRow pair = transaction
                .get(RedundancyRow.class, row.id())
                .orElseThrow(() -> RedundancyService.notRedundant(row.name()));
        if (pair.state() == State.COPY_BEHIND) {
            throw StorageError.NOT_SYNCHRONOUS.error(
                    "The copy of LU " + row.name() + " cannot be promoted",
                    "it does not hold everything: " + pair.reason(),
                    "wait until it is resynchronised");
        }
        RedundancyRow exchanged = pair.exchanged();
        transaction.delete(RedundancyRow.class, pair.lu());
        transaction.insert(exchanged);
        Moments.put(
                transaction,
                new Moment(exchanged.moment(), Optional.of(copyLock.node()), copyLock.epoch(), "promoted"));
        pair(transaction, pair.lu(), primaryLock.epoch() - 1, pair.copy(), copyLock.epoch());
        return exchanged;
    }

    /** An LU that is gone is replaced by its copy wherever it is named. No hibernation image is good for that. */
    public static void replace(Transaction transaction, UUID gone, UUID copy) {
        pair(transaction, gone, -1, copy, 0);
    }

    /** Everything that was paired with the one LU is paired with the other. */
    private static void pair(Transaction transaction, UUID from, long epochBefore, UUID to, long epochAfter) {
        transaction.list(MappingRef.class, "lu", from).forEach(row -> transaction.update(new MappingRef(row.id(), to)));
        ReservedRefs.pair(transaction, from, to);
        transaction.list(ExportRef.class, "lu", from).forEach(row -> transaction.update(new ExportRef(row.id(), to)));
        transaction.list(ImageRef.class).forEach(row -> {
            ImageRef paired = row.paired(from, epochBefore, to, epochAfter);
            if (!paired.equals(row)) {
                transaction.update(paired);
            }
        });
        transaction.list(PartRow.class, "lu", from).forEach(row -> transaction.update(row.in(to)));
        transaction.get(PagingRow.class, from).ifPresent(row -> {
            transaction.delete(PagingRow.class, from);
            transaction.insert(new PagingRow(to, row.lpar()));
        });
    }
}
