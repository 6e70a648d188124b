package org.serai.partition.core;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.partition.core.SharedPool.LuRow;
import org.serai.storage.Lu;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.PoolCheck;
import org.serai.storage.PoolSpec;
import org.serai.storage.Range;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;

/** One node's storage service over the shared pool: real rows and real locks, blocks in memory. */
final class MemoryStorage implements Storage {
    private final Database database;
    private final Ownership ownership;
    private final Fence fence;
    private final SharedPool pool;

    MemoryStorage(Database database, Ownership ownership, Fence fence, SharedPool pool) {
        this.database = database;
        this.ownership = ownership;
        this.fence = fence;
        this.pool = pool;
    }

    @Override
    public Lu createLu(LuSpec spec) {
        LuRow row = new LuRow(
                UUID.randomUUID(),
                spec.name(),
                SharedPool.ID,
                spec.clientId(),
                spec.kind(),
                spec.sizeBytes(),
                spec.thick(),
                "online");
        return shown(database.write(tx -> {
            if (!tx.list(LuRow.class, "name", spec.name()).isEmpty()) {
                throw StorageError.LU_EXISTS.error("LU " + spec.name(), "it is there", "choose another name");
            }
            return tx.insert(row);
        }));
    }

    @Override
    public void deleteLu(String name) {
        Lu lu = lu(name);
        Grant grant = acquire("lu:" + lu.id(), "deletion");
        database.write(tx -> {
            ownership.require(tx, grant);
            tx.delete(LuRow.class, lu.id());
            return lu;
        });
        ownership.release(grant);
        pool.lus.remove(lu.id());
    }

    @Override
    public List<Lu> lus() {
        return database.view(LuRow.class).all().stream()
                .map(this::shown)
                .sorted(Comparator.comparing(Lu::name))
                .toList();
    }

    @Override
    public Lu lu(String name) {
        return lus().stream()
                .filter(l -> l.name().equals(name))
                .findFirst()
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error("no LU " + name, "none has that name", "lu:list"));
    }

    @Override
    public Optional<Lu> lu(UUID id) {
        return database.view(LuRow.class).get(id).map(this::shown);
    }

    private Lu shown(LuRow row) {
        Optional<Lu.Lock> lock = ownership
                .owner("lu:" + row.id())
                .filter(o -> o.holder().isPresent())
                .map(o -> new Lu.Lock(o.holder().get(), o.holder().get().toString(), o.operation(), o.epoch()));
        return new Lu(
                row.id(),
                row.name(),
                SharedPool.ID,
                SharedPool.NAME,
                row.client(),
                row.kind(),
                row.sizeBytes(),
                0,
                row.thick(),
                row.state(),
                lock);
    }

    @Override
    public OpenLu open(UUID lu, long clientId, String operation) {
        LuRow row = admitted(lu, clientId);
        return new Held(row, acquire("lu:" + lu, operation));
    }

    @Override
    public OpenLu takeOver(UUID lu, long clientId, String operation, DeathProof proof) {
        LuRow row = admitted(lu, clientId);
        return new Held(row, ownership.takeOver("lu:" + lu, operation, proof));
    }

    private Grant acquire(String object, String operation) {
        try {
            return ownership.acquire(object, operation);
        } catch (SeraiException e) {
            if (e.code() == ClusterError.OWNED) {
                throw StorageError.LU_LOCKED.error(object + " is locked", e.reason(), e.action());
            }
            throw e;
        }
    }

    private LuRow admitted(UUID lu, long clientId) {
        if (pool.detached) {
            throw StorageError.PV_UNUSABLE.error("The pool is not attached", "as the test wants it", "wait");
        }
        LuRow row = database.read(tx -> tx.get(LuRow.class, lu)).orElseThrow();
        if (row.client() != clientId) {
            throw StorageError.WRONG_CLIENT.error("LU " + row.name(), "it is another client's", "use your own");
        }
        return row;
    }

    private final class Held implements OpenLu {
        private final LuRow row;
        private final Grant grant;
        private final AtomicBoolean closed = new AtomicBoolean();

        Held(LuRow row, Grant grant) {
            this.row = row;
            this.grant = grant;
        }

        @Override
        public long sizeBytes() {
            return row.sizeBytes();
        }

        @Override
        public long epoch() {
            return grant.epoch();
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            fence.check();
            pool.transfer(row.id(), offset, into, false);
        }

        @Override
        public void write(long offset, ByteBuffer from) {
            fence.check();
            if (closed.get() || offset + from.remaining() > row.sizeBytes()) {
                throw StorageError.OUT_OF_RANGE.error("write", "closed or beyond the end", "mend the caller");
            }
            pool.transfer(row.id(), offset, from, true);
        }

        @Override
        public void expectWrites(long offset, long length) {
            fence.check();
            if (offset + length > row.sizeBytes()) {
                throw StorageError.OUT_OF_RANGE.error("hint", "beyond the end", "mend the caller");
            }
            pool.onExpected.accept(length);
        }

        @Override
        public void flush() {
            fence.check();
        }

        @Override
        public void discard(long offset, long length) {
            // may be left as it is
        }

        @Override
        public void writeZeroes(long offset, long length, boolean giveBack) {
            write(offset, ByteBuffer.allocate(Math.toIntExact(length)));
        }

        @Override
        public Range rangeAt(long offset) {
            return new Range(offset, sizeBytes() - offset, true);
        }

        @Override
        public long usedBytes() {
            return 0;
        }

        @Override
        public void close() {
            if (!closed.get()) {
                ownership.release(grant);
                closed.set(true);
            }
        }
    }

    @Override
    public List<Pool> pools() {
        return List.of(pool(SharedPool.NAME));
    }

    @Override
    public Pool pool(String name) {
        return new Pool(SharedPool.ID, SharedPool.NAME, "memory", true, List.of(), 65536, 1L << 40, 0, 0, List.of());
    }

    @Override
    public Pool createPool(PoolSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public org.serai.storage.Plan planPool(PoolSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deletePool(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PoolCheck check(String name) {
        throw new UnsupportedOperationException();
    }
}
