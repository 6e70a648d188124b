package org.serai.storage.extent;

import org.serai.contracts.storage.DiscardContract;
import org.serai.storage.spi.StorageDriver;

class ExtentDiscardContractTest extends DiscardContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
