package org.serai.storage.extent;

import org.serai.contracts.storage.StorageDriverContract;
import org.serai.storage.spi.StorageDriver;

class ExtentDriverContractTest extends StorageDriverContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
