package org.serai.storage.simulated;

import org.serai.contracts.storage.ResizeContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedResizeContractTest extends ResizeContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
