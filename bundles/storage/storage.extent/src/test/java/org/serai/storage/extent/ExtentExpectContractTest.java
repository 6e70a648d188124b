package org.serai.storage.extent;

import org.serai.contracts.storage.ExpectContract;
import org.serai.storage.spi.StorageDriver;

class ExtentExpectContractTest extends ExpectContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
