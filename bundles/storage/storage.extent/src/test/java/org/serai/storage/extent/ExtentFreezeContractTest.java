package org.serai.storage.extent;

import org.serai.contracts.storage.FreezeContract;
import org.serai.storage.spi.StorageDriver;

class ExtentFreezeContractTest extends FreezeContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
