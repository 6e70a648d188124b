package org.serai.storage.extent;

import org.serai.contracts.storage.CloneContract;
import org.serai.storage.spi.StorageDriver;

class ExtentCloneContractTest extends CloneContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
