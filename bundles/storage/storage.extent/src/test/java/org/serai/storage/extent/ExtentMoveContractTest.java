package org.serai.storage.extent;

import org.serai.contracts.storage.MoveContract;
import org.serai.storage.spi.StorageDriver;

class ExtentMoveContractTest extends MoveContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
