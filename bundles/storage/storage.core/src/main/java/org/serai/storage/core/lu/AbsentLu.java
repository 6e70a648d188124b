package org.serai.storage.core.lu;

import java.nio.ByteBuffer;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;

/** Stands in for an open LU while the driver of its pool is away. */
public record AbsentLu(String name, String driver) implements LuStore {
    private SeraiException absent() {
        return StorageError.LU_CLOSED.error(
                "LU " + name + " cannot be used now",
                "its storage driver " + driver + " has gone, or is being replaced",
                "try again once the driver is back; driver:why " + driver + " tells what it lacks");
    }

    @Override
    public long sizeBytes() {
        throw absent();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        throw absent();
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        throw absent();
    }

    @Override
    public void flush() {
        throw absent();
    }

    @Override
    public long usedBytes() {
        throw absent();
    }

    @Override
    public void close() {
        // the driver's own was closed before this one took its place
    }

    @Override
    public void abandon() {
        // as with close
    }
}
