package org.serai.storage.extent;

import org.serai.contracts.storage.PlacementContract;
import org.serai.storage.spi.StorageDriver;

class ExtentPlacementContractTest extends PlacementContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
