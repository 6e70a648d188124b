package org.serai.storage.extent;

import org.serai.storage.DataChecksum;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** The driver, with checksums of data in every pool. */
record SummedDriver(StorageDriver driver) implements StorageDriver {
    SummedDriver() {
        this(new ExtentDriver());
    }

    private static PoolLayout summed(PoolLayout layout) {
        return new PoolLayout(layout.pool(), layout.name(), layout.pvs(), layout.extentBytes(), DataChecksum.CRC32C);
    }

    @Override
    public PoolStore create(PoolLayout layout, PoolContext context) {
        return driver.create(summed(layout), context);
    }

    @Override
    public PoolStore open(PoolLayout layout, PoolContext context) {
        return driver.open(layout, context);
    }

    @Override
    public void destroy(PoolLayout layout) {
        driver.destroy(layout);
    }
}
