package org.serai.storage.extent;

import org.serai.contracts.storage.PvChangesContract;
import org.serai.storage.spi.StorageDriver;

class ExtentPvChangesContractTest extends PvChangesContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
