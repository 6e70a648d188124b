package org.serai.storage.fault;

import org.serai.contracts.storage.StorageSharingContract;
import org.serai.storage.simulated.SimulatedDriver;
import org.serai.storage.spi.StorageDriver;

class FaultSharingContractTest extends StorageSharingContract {
    private final StorageDriver driver = new FaultDriver(new SimulatedDriver(), new Faults(_ -> {}));

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
