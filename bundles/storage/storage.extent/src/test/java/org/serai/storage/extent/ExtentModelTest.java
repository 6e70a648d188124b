package org.serai.storage.extent;

import org.serai.contracts.storage.model.StorageModelContract;
import org.serai.storage.spi.StorageDriver;

class ExtentModelTest extends StorageModelContract {
    @Override
    protected StorageDriver driver() {
        return new ExtentDriver();
    }

    @Override
    protected long pvBytes() {
        return 10L * 1024 * 1024;
    }
}
