package org.serai.storage.simulated;

import org.serai.contracts.storage.CloneContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedCloneContractTest extends CloneContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
