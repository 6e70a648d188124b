package org.serai.storage.simulated;

import org.serai.contracts.storage.StorageSharingContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedSharingContractTest extends StorageSharingContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
