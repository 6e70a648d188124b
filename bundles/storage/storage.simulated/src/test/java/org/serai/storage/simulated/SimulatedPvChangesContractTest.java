package org.serai.storage.simulated;

import org.serai.contracts.storage.PvChangesContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedPvChangesContractTest extends PvChangesContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
