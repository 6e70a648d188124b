package org.serai.storage.extent;

import org.serai.contracts.storage.PoolMapContract;
import org.serai.storage.spi.StorageDriver;

class ExtentPoolMapContractTest extends PoolMapContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
