package org.serai.storage.extent;

import org.serai.contracts.storage.StorageSharingContract;
import org.serai.storage.spi.StorageDriver;

class ExtentSharingContractTest extends StorageSharingContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
