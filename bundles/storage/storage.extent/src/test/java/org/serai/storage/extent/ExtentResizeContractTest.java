package org.serai.storage.extent;

import org.serai.contracts.storage.ResizeContract;
import org.serai.storage.spi.StorageDriver;

class ExtentResizeContractTest extends ResizeContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
