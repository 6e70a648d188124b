package org.serai.storage.simulated;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;

/** An LU or a snapshot that is only read, beside its holder. */
final class SimulatedReader implements LuStore {
    private final Medium medium;
    private final String name;
    private final Supplier<Content> shown;
    private boolean closed;

    /**
     * A reader.
     *
     * @param shown asked anew for each call: what is read may be gone
     */
    SimulatedReader(Medium medium, String name, Supplier<Content> shown) {
        this.medium = medium;
        this.name = name;
        this.shown = shown;
    }

    private Content content() {
        if (closed) {
            throw StorageError.LU_CLOSED.error(name + " is closed", "it was closed while it was used", "open it again");
        }
        return shown.get();
    }

    @Override
    public long sizeBytes() {
        synchronized (medium) {
            return content().sizeBytes;
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        synchronized (medium) {
            content().read(offset, into);
        }
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        synchronized (medium) {
            content();
            throw StorageError.READ_ONLY.error(
                    name + " cannot be written", "it was opened for reading only", "write the LU through its holder");
        }
    }

    @Override
    public void flush() {
        synchronized (medium) {
            // There is nothing to flush, but whether it is open is asked.
            content();
        }
    }

    @Override
    public long usedBytes() {
        synchronized (medium) {
            return content().usedBytes();
        }
    }

    @Override
    public void close() {
        synchronized (medium) {
            closed = true;
        }
    }

    @Override
    public void abandon() {
        close();
    }
}
