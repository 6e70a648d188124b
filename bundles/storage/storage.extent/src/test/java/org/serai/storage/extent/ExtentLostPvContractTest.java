package org.serai.storage.extent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.serai.contracts.storage.LostPvContract;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.StorageDriver;

class ExtentLostPvContractTest {
    private static void move(String from, String to) {
        try {
            Files.move(Path.of(from), Path.of(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    abstract static class OnFiles extends LostPvContract {
        @Override
        protected void lose(PoolLayout pool, PvLayout pv) {
            move(pv.path(), pv.path() + ".gone");
        }

        @Override
        protected void bringBack(PoolLayout pool, PvLayout pv) {
            move(pv.path() + ".gone", pv.path());
        }
    }

    @Nested
    class Plain extends OnFiles {
        private final StorageDriver driver = new ExtentDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class Summed extends OnFiles {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }
}
