package org.serai.storage.extent;

import org.serai.contracts.storage.CapabilitiesTogetherContract;
import org.serai.storage.spi.StorageDriver;

class ExtentCapabilitiesTogetherContractTest extends CapabilitiesTogetherContract {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
