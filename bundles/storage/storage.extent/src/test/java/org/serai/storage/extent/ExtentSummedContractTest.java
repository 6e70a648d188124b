package org.serai.storage.extent;

import org.junit.jupiter.api.Nested;
import org.serai.contracts.storage.CapabilitiesTogetherContract;
import org.serai.contracts.storage.CloneContract;
import org.serai.contracts.storage.DiscardContract;
import org.serai.contracts.storage.ExpectContract;
import org.serai.contracts.storage.MoveContract;
import org.serai.contracts.storage.PvChangesContract;
import org.serai.contracts.storage.ResizeContract;
import org.serai.contracts.storage.SharedReadContract;
import org.serai.contracts.storage.SnapshotContract;
import org.serai.contracts.storage.StorageDriverContract;
import org.serai.contracts.storage.StorageSharingContract;
import org.serai.storage.spi.StorageDriver;

/** The contracts hold in pools with checksums of data, too. */
class ExtentSummedContractTest {
    @Nested
    class SummedStorageDriver extends StorageDriverContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedStorageSharing extends StorageSharingContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedClone extends CloneContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedDiscard extends DiscardContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedExpect extends ExpectContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedResize extends ResizeContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedSnapshot extends SnapshotContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedMove extends MoveContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedSharedRead extends SharedReadContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedPvChanges extends PvChangesContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class SummedCapabilitiesTogether extends CapabilitiesTogetherContract {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }
}
