package org.serai.storage.simulated;

import org.serai.contracts.storage.SharedReadContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedSharedReadContractTest extends SharedReadContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
