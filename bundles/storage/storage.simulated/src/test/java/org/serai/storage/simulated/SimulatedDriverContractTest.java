package org.serai.storage.simulated;

import org.serai.contracts.storage.StorageDriverContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedDriverContractTest extends StorageDriverContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
