package org.serai.storage.fault;

import org.serai.contracts.storage.PoolMapContract;
import org.serai.storage.simulated.SimulatedDriver;
import org.serai.storage.spi.StorageDriver;

class FaultPoolMapContractTest extends PoolMapContract {
    private final StorageDriver driver = new FaultDriver(new SimulatedDriver(), new Faults(_ -> {}));

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
