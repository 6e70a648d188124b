package org.serai.storage.extent;

import org.serai.contracts.storage.SnapshotContract;
import org.serai.storage.spi.StorageDriver;

class ExtentSnapshotContractTest extends SnapshotContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
