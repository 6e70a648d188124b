package org.serai.storage.extent;

import org.serai.contracts.storage.SharedReadContract;
import org.serai.storage.spi.StorageDriver;

class ExtentSharedReadContractTest extends SharedReadContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
