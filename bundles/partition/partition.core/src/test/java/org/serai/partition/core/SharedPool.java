package org.serai.partition.core;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.serai.database.Table;
import org.serai.storage.StorageError;

/** The one pool of a test's cluster: blocks in memory, which outlive every node. */
final class SharedPool {
    static final UUID ID = new UUID(0, 0xB001);
    static final String NAME = "pool1";
    private static final int BLOCK_BYTES = 64 * 1024;

    final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
    final Map<UUID, Map<Long, byte[]>> lus = new ConcurrentHashMap<>();
    volatile boolean away;
    /** No node has it attached: nothing of it can be opened. */
    volatile boolean detached;
    /** Told how many bytes of an LU are expected to be written. */
    volatile LongConsumer onExpected = _ -> {};

    /** As in the schema. */
    @Table("pool")
    record PoolRow(UUID id, String name, String driver, long extentBytes, String state) {}

    /** As in the schema. */
    @Table("lu")
    record LuRow(
            UUID id,
            String name,
            UUID pool,
            long client,
            org.serai.storage.LuKind kind,
            long sizeBytes,
            boolean thick,
            String state) {}

    Optional<PoolRow> row() {
        return Optional.of(new PoolRow(ID, NAME, "memory", BLOCK_BYTES, "online"));
    }

    void transfer(UUID lu, long offset, ByteBuffer buffer, boolean write) {
        if (away) {
            throw StorageError.IO_FAILED.error("the PV returned an error", "it is away", "bring it back");
        }
        while (buffer.hasRemaining()) {
            int at = (int) (offset % BLOCK_BYTES);
            int length = Math.min(buffer.remaining(), BLOCK_BYTES - at);
            byte[] block = block(lu, offset / BLOCK_BYTES, write);
            if (write) {
                buffer.get(block, at, length);
            } else {
                buffer.put(block, at, length);
            }
            offset += length;
        }
    }

    private byte[] block(UUID lu, long number, boolean write) {
        Map<Long, byte[]> blocks = lus.computeIfAbsent(lu, id -> new ConcurrentHashMap<>());
        if (!write) {
            return blocks.getOrDefault(number, new byte[BLOCK_BYTES]);
        }
        return blocks.computeIfAbsent(number, n -> {
            if (freeBytes.addAndGet(-BLOCK_BYTES) < 0) {
                throw StorageError.POOL_FULL.error("the pool is full", "no extent is free", "extend it");
            }
            return new byte[BLOCK_BYTES];
        });
    }
}
