package org.serai.storage.simulated;

import org.serai.contracts.storage.CapabilitiesTogetherContract;
import org.serai.storage.spi.StorageDriver;

class SimulatedCapabilitiesTogetherContractTest extends CapabilitiesTogetherContract {
    private final StorageDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }
}
