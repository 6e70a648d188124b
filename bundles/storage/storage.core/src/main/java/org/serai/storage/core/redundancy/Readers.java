package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Fence;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.OpenLu;
import org.serai.storage.Reader;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.lu.Access;
import org.serai.storage.core.lu.Capabilities;
import org.serai.storage.core.lu.LuLocks;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.SharedReads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads who only wants to read to the copy, while somebody holds the LU. Everything is checked and audited. */
public final class Readers {
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");
    private static final Logger AUDIT = LoggerFactory.getLogger("org.serai.audit");

    private final Database database;
    private final Catalog catalog;
    private final Pairs pairs;
    private final Attachments attachments;
    private final LuLocks locks;
    private final OpenLus open;
    private final Access access;
    private final Fence fence;

    /** Readers at this node. */
    public Readers(
            Database database,
            Catalog catalog,
            Pairs pairs,
            Attachments attachments,
            LuLocks locks,
            OpenLus open,
            Access access,
            Fence fence) {
        this.database = database;
        this.catalog = catalog;
        this.pairs = pairs;
        this.attachments = attachments;
        this.locks = locks;
        this.open = open;
        this.access = access;
        this.fence = fence;
    }

    /** What other nodes have just done is seen first: the view that lags tells of no holder, and of no copy. */
    OpenLu open(UUID lu, Reader reader, String operation) {
        database.catchUp(Long.MAX_VALUE);
        try {
            return openAsSeen(lu, reader, operation);
        } catch (SeraiException e) {
            if (e.code() != StorageError.LU_LOCKED) {
                throw e;
            }
            // Taken since: whoever has it now may have a copy to be led to.
            database.catchUp(Long.MAX_VALUE);
            return openAsSeen(lu, reader, operation);
        }
    }

    private OpenLu openAsSeen(UUID lu, Reader reader, String operation) {
        Optional<RedundancyRow> pair = pairs.with(lu);
        LuRow row = catalog.lu(pair.map(RedundancyRow::lu).orElse(lu))
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "There is no LU " + lu, "it was deleted, or is not made yet", "look at lu:list"));
        access.check(row, reader.clientId(), operation);
        checkAdapter(row, reader, operation);
        Optional<Owner> holder = locks.holder(row);
        if (holder.isEmpty() && lu.equals(row.id())) {
            return alone(row, reader, operation);
        }
        return copy(row, pair, holder, reader, operation);
    }

    private void checkAdapter(LuRow row, Reader reader, String operation) {
        if (reader.adapterId().isEmpty()) {
            return;
        }
        long adapter = reader.adapterId().getAsLong();
        boolean theirs = database.read(transaction -> transaction.get(AdapterRef.class, adapter))
                .filter(found -> found.client() == reader.clientId())
                .isPresent();
        if (!theirs) {
            SECURITY.warn(
                    "adapter {} was refused LU {} for client {}, for: {}",
                    adapter,
                    row.name(),
                    reader.clientId(),
                    operation);
            throw StorageError.WRONG_CLIENT.error(
                    "Adapter " + adapter + " may not read LU " + row.name(),
                    "it is no adapter of client " + reader.clientId(),
                    "use an adapter of this client; this was logged as a security event");
        }
    }

    /** Nobody holds it: it is locked as for writing, so that nobody writes it meanwhile. */
    private OpenLu alone(LuRow row, Reader reader, String operation) {
        OpenLu opened = open.open(row.id(), reader.clientId(), operation + ", reading");
        AUDIT.info("client {} reads LU {} ({}), for: {}", reader.clientId(), row.name(), reader, operation);
        return new SharedLu(row.name(), opened.epoch(), new Held(opened), fence, () -> {});
    }

    private OpenLu copy(
            LuRow row, Optional<RedundancyRow> pair, Optional<Owner> holder, Reader reader, String operation) {
        RedundancyRow there = pair.orElseThrow(() -> StorageError.LU_LOCKED.error(
                "LU " + row.name() + " cannot be read now",
                holder.map(owner -> "node " + locks.name(owner) + " holds it for " + owner.operation())
                                .orElse("it is held")
                        + ", and it has no copy",
                "wait for that to end, or give it a copy with lu:mirror, at the node that holds it"));
        requireCurrent(row, Optional.of(there));
        LuRow copy = catalog.lu(there.copy()).orElseThrow();
        Attachment attachment = attachments.require(catalog.pool(copy.pool()).orElseThrow());
        if (locks.holder(copy).isEmpty()) {
            throw StorageError.LU_LOCKED.error(
                    "The copy of LU " + row.name() + " cannot be read now",
                    "the holder of the LU does not have it open",
                    "try again once it takes part, or open the LU itself");
        }
        LuStore store = Capabilities.of(attachment, SharedReads.class).openShared(copy.id());
        AUDIT.info(
                "client {} reads copy {} of LU {} ({}), for: {}",
                reader.clientId(),
                copy.name(),
                row.name(),
                reader,
                operation);
        long epoch = locks.holder(copy).map(Owner::epoch).orElse(0L);
        return new SharedLu(copy.name(), epoch, store, fence, () -> requireCurrent(row, pairs.seen(copy.id())));
    }

    private static void requireCurrent(LuRow row, Optional<RedundancyRow> pair) {
        boolean current = pair.filter(found -> found.lu().equals(row.id()) && found.state() != State.COPY_BEHIND)
                .isPresent();
        if (!current) {
            throw notCurrent(row);
        }
    }

    private static SeraiException notCurrent(LuRow row) {
        return StorageError.NOT_SYNCHRONOUS.error(
                "The copy of LU " + row.name() + " cannot be read",
                "it does not hold everything, or is no copy any more",
                "wait until it is resynchronised, or open the LU itself");
    }

    /** An LU that this node holds, as a store to be read. */
    private record Held(OpenLu lu) implements LuStore {
        @Override
        public long sizeBytes() {
            return lu.sizeBytes();
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            lu.read(offset, into);
        }

        @Override
        public int write(long offset, ByteBuffer from) {
            throw StorageError.READ_ONLY.error("The LU cannot be changed", "it was opened for reading", "open it anew");
        }

        @Override
        public void flush() {
            lu.flush();
        }

        @Override
        public long usedBytes() {
            return lu.usedBytes();
        }

        @Override
        public void close() {
            lu.close();
        }

        @Override
        public void abandon() {
            lu.close();
        }
    }
}
