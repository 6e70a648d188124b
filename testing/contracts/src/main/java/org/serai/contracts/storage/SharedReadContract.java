package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.SharedReads;

/** What a driver promises whose pools have {@link SharedReads}. */
public abstract class SharedReadContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();

    private LuStore held(PoolStore pool) {
        pool.createLu(lu, 64L * MIB, false, 1);
        return pool.openLu(lu, new OpenMode(1, Set.of(), true));
    }

    private LuStore reader(PoolStore pool) {
        return can(pool, SharedReads.class).openShared(lu);
    }

    @Test
    void readersOnOtherNodesSeeWhatTheHolderFlushed() {
        PoolLayout layout = layout(2, 64 * MIB);
        LuStore holder = held(create(layout));
        write(holder, 0, 2 * MIB, 1);
        holder.flush();
        LuStore first = reader(open(layout));
        assertThat(first.sizeBytes()).isEqualTo(64L * MIB);
        assertHolds(first, 0, 2 * MIB, 1);
        assertZero(first, 8 * MIB, MIB);
        write(holder, MIB, MIB, 2);
        write(holder, 8 * MIB, MIB, 2);
        holder.flush();
        LuStore second = reader(open(layout));
        for (LuStore each : Set.of(first, second)) {
            assertHolds(each, 0, MIB, 1);
            assertHolds(each, MIB, MIB, 2);
            assertHolds(each, 8 * MIB, MIB, 2);
        }
        first.close();
        second.abandon();
        write(holder, 0, MIB, 3);
        holder.close();
    }

    @Test
    void aReaderWritesNothingAndDisturbsNobody() {
        PoolLayout layout = layout(1, 64 * MIB);
        LuStore holder = held(create(layout));
        write(holder, 0, MIB, 1);
        holder.flush();
        PoolStore other = open(layout);
        LuStore reader = reader(other);
        assertFails(StorageError.READ_ONLY, () -> write(reader, 0, 512, 2));
        assertFails(StorageError.READ_ONLY, () -> write(reader, 32 * MIB, 512, 2));
        assertHolds(reader, 0, MIB, 1);
        write(holder, 0, MIB, 3);
        reader.close();
        assertFails(StorageError.LU_CLOSED, () -> read(reader, 0, 512));
        holder.flush();
        assertHolds(holder, 0, MIB, 3);
        holder.close();
        assertFails(StorageError.NO_SUCH_LU, () -> can(other, SharedReads.class).openShared(UUID.randomUUID()));
        assertSound(other);
    }

    @Test
    void aReaderIsNeverBehindAFlushThatItKnowsOf() throws Exception {
        PoolLayout layout = layout(1, 64 * MIB);
        LuStore holder = held(create(layout));
        LuStore reader = reader(open(layout));
        AtomicLong flushed = new AtomicLong();
        try (Crowd crowd = new Crowd()) {
            for (int each = 0; each < 2; each++) {
                crowd.beside(() -> {
                    long atLeast = flushed.get();
                    for (long at = 0; at < 32L * MIB; at += 2 * MIB) {
                        assertThat(read(reader, at, 512).getLong(0)).isGreaterThanOrEqualTo(atLeast);
                    }
                });
            }
            crowd.during(() -> {
                for (long number = 1; number <= 100; number++) {
                    for (long at = 0; at < 32L * MIB; at += 2 * MIB) {
                        holder.write(at, ByteBuffer.allocateDirect(512).putLong(0, number));
                    }
                    holder.flush();
                    flushed.set(number);
                }
            });
        }
    }

    /** The driver's LUs have discard as well. */
    @Test
    void whatIsGivenBackWhileOthersMayReadIsNotUsedBeforeTheNextOpen() throws Exception {
        PoolLayout layout = layout(1, 48 * MIB);
        PoolStore pool = create(layout);
        LuStore holder = held(pool);
        write(holder, 0, 16 * MIB, 1);
        holder.flush();
        LuStore reader = reader(open(layout));
        assertHolds(reader, 0, 16 * MIB, 1);
        can(holder, Discards.class).discard(0, 16 * MIB);
        holder.flush();
        LuStore taker = newLu(pool, UUID.randomUUID(), 256L * MIB);
        try (Crowd crowd = new Crowd()) {
            crowd.beside(() -> assertOwnOrZero(reader));
            crowd.during(() -> {
                long taken = fill(taker, 0, 2);
                // The 16 MiB are still the LU's.
                assertThat(taken).isLessThanOrEqualTo(32L * MIB);
                taker.flush();
            });
        }
        holder.close();
        LuStore again = pool.openLu(lu, 2);
        assertZero(again, 0, 16 * MIB);
        write(again, 32 * MIB, 12 * MIB, 3);
        again.close();
        assertSound(pool);
    }

    private static void assertOwnOrZero(LuStore reader) {
        for (long at = 0; at < 16L * MIB; at += 65536) {
            ByteBuffer found = read(reader, at, 65536);
            for (int i = 0; i < found.limit(); i += Blocks.BYTES) {
                ByteBuffer block = found.slice(i, Blocks.BYTES);
                assertThat(Blocks.firstNonZero(block) < 0 || Blocks.firstWrong(block, at + i, 1) < 0)
                        .as("what is at %d is zero or its own", at + i)
                        .isTrue();
            }
        }
    }
}
