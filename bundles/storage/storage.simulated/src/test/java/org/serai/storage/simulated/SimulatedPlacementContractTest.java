package org.serai.storage.simulated;

import org.serai.contracts.storage.PlacementContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedPlacementContractTest extends PlacementContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
