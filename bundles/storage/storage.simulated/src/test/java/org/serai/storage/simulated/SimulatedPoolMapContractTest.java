package org.serai.storage.simulated;

import org.serai.contracts.storage.PoolMapContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedPoolMapContractTest extends PoolMapContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
