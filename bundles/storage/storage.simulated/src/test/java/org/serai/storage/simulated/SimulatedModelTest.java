package org.serai.storage.simulated;

import java.util.function.BooleanSupplier;
import org.serai.contracts.storage.model.StorageModelContract;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.StorageDriver;

class SimulatedModelTest extends StorageModelContract {
    private SimulatedDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        driver = new SimulatedDriver();
        return driver;
    }

    @Override
    protected long pvBytes() {
        return 1024 * 1024;
    }

    @Override
    protected void crash(PoolContext node, BooleanSupplier lost) {
        driver.crash(node.incarnation(), lost);
    }
}
