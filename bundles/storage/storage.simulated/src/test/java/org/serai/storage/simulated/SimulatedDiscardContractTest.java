package org.serai.storage.simulated;

import org.serai.contracts.storage.DiscardContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedDiscardContractTest extends DiscardContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
