package org.serai.storage.extent.space;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.SharedSpace;
import org.serai.storage.extent.ExtentDriver;
import org.serai.storage.extent.MemoryFiles;
import org.serai.storage.extent.VanishingFiles;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;

/** What it costs to look at a large pool, in pages read and garbage made. */
class LedgerScaleTest {
    private static final int PVS = 100;
    private static final int LUS = 2000;

    @Test
    void openingAnLuAndAskingForUsageReadsOnePageOfEachPv() {
        VanishingFiles files = new VanishingFiles(new MemoryFiles(new HashMap<>()));
        ExtentDriver driver = new ExtentDriver(files);
        SharedSpace space = new SharedSpace();
        List<PvLayout> pvs = new ArrayList<>();
        for (int i = 0; i < PVS; i++) {
            pvs.add(new PvLayout(UUID.randomUUID(), i, "/memory/" + i, OptionalLong.of(1L << 30)));
        }
        PoolLayout layout = new PoolLayout(UUID.randomUUID(), "large", pvs, 64 * 1024);
        PoolStore pool = driver.create(layout, space.node());
        List<UUID> lus = new ArrayList<>();
        for (int i = 0; i < LUS; i++) {
            lus.add(UUID.randomUUID());
            pool.createLu(lus.getLast(), 1L << 38, false, 1);
        }
        PoolStore other = driver.open(layout, space.node());
        assertThat(other.lus()).containsExactlyInAnyOrderElementsOf(lus);
        files.reads();

        assertThat(other.usage()).isEqualTo(pool.usage());
        assertThat(files.reads()).as("reads of two nodes").isEqualTo(2L * PVS);

        LuStore store = other.openLu(lus.get(500), 2);
        assertThat(files.reads())
                .as("reads of an open, before and after it is announced")
                .isBetween(2L * PVS, 2L * PVS + 20);
        store.close();
        files.reads();
        files.peeks();

        for (UUID lu : lus) {
            assertThat(other.luUsage(lu).usedBytes()).isZero();
        }
        assertThat(files.reads())
                .as("reads past the cache for the usage of all LUs")
                .isZero();
        assertThat(files.peeks()).as("reads for the usage of all LUs").isEqualTo(LUS);

        long before = allocated();
        other.openLu(lus.get(700), 2).close();
        assertThat(allocated() - before).as("garbage of an open").isLessThan(LUS * 200L);
        other.close();
        pool.close();
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
    }
}
