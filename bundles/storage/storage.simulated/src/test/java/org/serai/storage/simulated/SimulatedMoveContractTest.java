package org.serai.storage.simulated;

import org.serai.contracts.storage.MoveContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedMoveContractTest extends MoveContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
