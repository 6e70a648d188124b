package org.serai.storage.fault;

import org.serai.contracts.storage.PlacementContract;
import org.serai.storage.simulated.SimulatedDriver;
import org.serai.storage.spi.StorageDriver;

class FaultPlacementContractTest extends PlacementContract {
    private final StorageDriver driver = new FaultDriver(new SimulatedDriver(), new Faults(_ -> {}));

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
