package org.serai.storage.simulated;

import org.serai.contracts.storage.LostPvContract;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.StorageDriver;

class SimulatedLostPvContractTest extends LostPvContract {
    private final SimulatedDriver driver = new SimulatedDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @Override
    protected void lose(PoolLayout pool, PvLayout pv) {
        driver.away(pool.pool(), pv.pv(), true);
    }

    @Override
    protected void bringBack(PoolLayout pool, PvLayout pv) {
        // Its mark is where it was all the time.
    }
}
