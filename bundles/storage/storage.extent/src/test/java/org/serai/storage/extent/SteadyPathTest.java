package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.StorageFixture;
import org.serai.storage.StorageError;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

class SteadyPathTest extends StorageFixture {
    private final StorageDriver driver = new ExtentDriver();
    private final UUID lu = UUID.randomUUID();

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @Test
    void readsWritesAndFlushesAllocateNothingOnceTheirExtentsAreMapped() {
        LuStore store = newLu(create(layout(1, 64L * MIB)), lu, 64L * MIB);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        // Until the compiler has had its turn there are objects that it does away with later.
        await().atMost(Duration.ofMinutes(1)).pollInSameThread().untilAsserted(() -> {
            // The smallest object has 16 bytes.
            assertThat(allocated(store, buffer, 2000))
                    .as("bytes allocated for each I/O")
                    .isLessThan(8);
        });
    }

    private static long allocated(LuStore store, ByteBuffer buffer, int rounds) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        long before = threads.getThreadAllocatedBytes(self);
        work(store, buffer, rounds);
        return (threads.getThreadAllocatedBytes(self) - before) / (2L * rounds);
    }

    private static void work(LuStore store, ByteBuffer buffer, int rounds) {
        for (int i = 0; i < rounds; i++) {
            long offset = i % 200 * 64L * 1024;
            store.write(offset, buffer.clear());
            store.read(offset, buffer.clear());
            if (i % 50 == 0) {
                store.flush();
            }
        }
    }

    @Test
    void anInterruptedThreadClosesNothing() {
        LuStore store = newLu(create(layout(1, 64L * MIB)), lu, 64L * MIB);
        Thread.currentThread().interrupt();
        write(store, 0, 4096, 1);
        store.flush();
        assertHolds(store, 0, 4096, 1);
        assertThat(Thread.interrupted()).isTrue();
        assertHolds(store, 0, 4096, 1);
    }

    @Test
    void sixteenTebibytesAreMadeOpenedAndWrittenAtTheEndInLittleMemoryAndSpace() {
        PoolStore pool = create(layout(1, 64L * MIB));
        long size = 16L << 40;
        LuStore store = newLu(pool, lu, size);
        write(store, size - 4096, 4096, 1);
        write(store, 0, 4096, 2);
        store.close();
        LuStore again = pool.openLu(lu, 2);
        assertHolds(again, size - 4096, 4096, 1);
        assertHolds(again, 0, 4096, 2);
        assertZero(again, size / 2, 4096);
        assertThat(again.usedBytes()).isEqualTo(2 * pool.usage().extentBytes());
        assertThat(pool.usage().usedBytes()).isLessThanOrEqualTo(8L * MIB);
        assertThat(pool.check().errors()).isEmpty();
        assertFails(StorageError.BAD_SIZE, () -> pool.createLu(UUID.randomUUID(), 1L << 60, false, 1));
    }

    @Test
    void aMapThatIsLargerThanItsCacheIsReadFromThePv() {
        PoolStore pool = create(layout(1, 640L * MIB));
        LuStore store = newLu(pool, lu, 1L << 40);
        long leafBytes = Pages.LONGS * pool.usage().extentBytes();
        int leaves = 1300;
        for (int i = 0; i < leaves; i++) {
            write(store, i * leafBytes, 512, i);
        }
        store.flush();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < leaves; i++) {
                assertHolds(store, i * leafBytes, 512, i);
            }
        }
        store.close();
        assertThat(pool.check().errors()).isEmpty();
        assertThat(pool.check().leakedExtents()).isZero();
    }
}
