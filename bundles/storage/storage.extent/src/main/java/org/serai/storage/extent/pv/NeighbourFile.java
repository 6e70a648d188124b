package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.spi.PvRelay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PV as a neighbour reaches it. This host has no cache of it, and neither is one used there. */
final class NeighbourFile implements BlockFile {
    private static final Logger LOG = LoggerFactory.getLogger(NeighbourFile.class);

    private final Path path;
    private final PvRelay.Way way;

    NeighbourFile(Path path, PvRelay.Way way) {
        this.path = path;
        this.way = way;
    }

    /** The name of the neighbour. */
    String neighbour() {
        return way.neighbour();
    }

    /** Whether nothing can be done by this way any more. */
    boolean isOver() {
        return way.isOver();
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public boolean isDevice() {
        return way.isDevice();
    }

    @Override
    public boolean isWriteThrough() {
        return way.isWriteThrough();
    }

    @Override
    public long sizeBytes() {
        return way.sizeBytes();
    }

    /** Locks tell nodes of one host from each other, which this node is not on. */
    @Override
    public boolean tryLock() {
        return false;
    }

    @Override
    public void readData(ByteBuffer into, int length, long offset) throws IOException {
        int end = into.position() + length;
        way.read(into.duplicate().limit(end), offset);
        into.position(end);
    }

    @Override
    public void writeData(ByteBuffer from, int length, long offset) throws IOException {
        int end = from.position() + length;
        way.write(from.duplicate().limit(end), offset);
        from.position(end);
    }

    @Override
    public void readPages(ByteBuffer into, long offset) throws IOException {
        readData(into, into.remaining(), offset);
    }

    @Override
    public void writePages(ByteBuffer from, long offset) throws IOException {
        writeData(from, from.remaining(), offset);
    }

    @Override
    public void zero(long offset, long length, boolean keepSpace) throws IOException {
        way.zero(offset, length, keepSpace);
    }

    @Override
    public void giveBack(long offset, long length) {
        try {
            way.giveBack(offset, length);
        } catch (IOException e) {
            LOG.debug("Space of PV {} is kept: {}", path, e.getMessage());
        }
    }

    @Override
    public void dropCache(long offset, long length) {
        // There is none.
    }

    @Override
    public void dropDeviceCache() {
        // There is none.
    }

    @Override
    public void sync() throws IOException {
        way.sync();
    }

    @Override
    public void close() {
        way.close();
    }
}
