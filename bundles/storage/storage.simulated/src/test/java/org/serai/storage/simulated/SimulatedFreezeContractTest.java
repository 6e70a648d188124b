package org.serai.storage.simulated;

import org.serai.contracts.storage.FreezeContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedFreezeContractTest extends FreezeContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
