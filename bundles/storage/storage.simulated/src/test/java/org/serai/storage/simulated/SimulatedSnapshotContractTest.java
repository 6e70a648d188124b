package org.serai.storage.simulated;

import org.serai.contracts.storage.SnapshotContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedSnapshotContractTest extends SnapshotContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
