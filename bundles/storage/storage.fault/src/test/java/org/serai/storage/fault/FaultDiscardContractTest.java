package org.serai.storage.fault;

import org.serai.contracts.storage.DiscardContract;
import org.serai.storage.simulated.SimulatedDriver;
import org.serai.storage.spi.StorageDriver;

class FaultDiscardContractTest extends DiscardContract {
    private final StorageDriver driver = new FaultDriver(new SimulatedDriver(), new Faults(_ -> {}));

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
