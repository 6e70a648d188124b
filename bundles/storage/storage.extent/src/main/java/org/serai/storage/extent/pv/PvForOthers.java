package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.PageMemory;
import org.serai.storage.spi.PvAccess;

/**
 * A PV's own file or device for another node. All goes past the cache of this host, which does not know what that node
 * wrote by its own way. What is not whole pages is put into the page as it is on the PV, while nobody else writes by this
 * access; nobody but that node writes there.
 */
final class PvForOthers implements PvAccess {
    private static final int PAGE = PageMemory.BYTES;

    private final PvWays ways;
    private final BlockFile file;
    private final long sizeBytes;
    private final ReadWriteLock pages = new ReentrantReadWriteLock();

    /** A change of the PV. */
    private interface Change {
        void make() throws IOException;
    }

    PvForOthers(PvWays ways, BlockFile file, long sizeBytes) {
        this.ways = ways;
        this.file = file;
        this.sizeBytes = sizeBytes;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public boolean isDevice() {
        return file.isDevice();
    }

    @Override
    public boolean isWriteThrough() {
        return file.isWriteThrough();
    }

    @Override
    public boolean isOver() {
        return ways.current() != file;
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        requireDirect();
        try {
            if (isAligned(offset, into.remaining()) && !into.isDirect()) {
                file.readPages(into, offset);
            } else {
                into.put(around(offset, into.remaining()));
            }
        } catch (IOException e) {
            throw judged(e);
        }
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
        boolean aligned = isAligned(offset, from.remaining());
        change(aligned, () -> {
            if (aligned) {
                file.writePages(onHeap(from), offset);
            } else {
                merge(from, offset);
            }
        });
    }

    @Override
    public void zero(long offset, long length, boolean keepSpace) throws IOException {
        boolean aligned = isAligned(offset, length);
        change(aligned, () -> {
            long begin = Math.min(roundUp(offset), offset + length);
            long end = Math.max(begin, roundDown(offset + length));
            merge(ByteBuffer.allocate(Math.toIntExact(begin - offset)), offset);
            if (end > begin) {
                file.zero(begin, end - begin, keepSpace);
            }
            merge(ByteBuffer.allocate(Math.toIntExact(offset + length - end)), end);
        });
    }

    @Override
    public void giveBack(long offset, long length) throws IOException {
        change(true, () -> file.giveBack(offset, length));
    }

    @Override
    public void sync() throws IOException {
        requireDirect();
        try {
            file.sync();
        } catch (IOException e) {
            throw judged(e);
        }
    }

    /** As one of the calls of this node itself: if it loses its way, this one has returned before another way is used. */
    private void change(boolean wholePages, Change change) throws IOException {
        var lock = wholePages ? pages.readLock() : pages.writeLock();
        lock.lock();
        int lane = ways.calls().enter();
        Optional<IOException> failed = Optional.empty();
        try {
            requireDirect();
            change.make();
        } catch (IOException e) {
            failed = Optional.of(e);
        } finally {
            ways.calls().leave(lane);
            lock.unlock();
        }
        if (failed.isPresent()) {
            throw judged(failed.get());
        }
    }

    private void requireDirect() throws IOException {
        if (isOver()) {
            throw ways.away();
        }
    }

    private IOException judged(IOException e) {
        return !isOver() && ways.isLost(file, e) ? ways.away() : e;
    }

    /** What stands on the PV from that place on, so many bytes. */
    private ByteBuffer around(long offset, int length) throws IOException {
        long begin = roundDown(offset);
        ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact(roundUp(offset + length) - begin));
        file.readPages(whole, begin);
        int at = Math.toIntExact(offset - begin);
        return whole.flip().position(at).limit(at + length);
    }

    private void merge(ByteBuffer part, long offset) throws IOException {
        if (!part.hasRemaining()) {
            return;
        }
        ByteBuffer there = around(offset, part.remaining());
        there.put(part).clear();
        file.writePages(there, roundDown(offset));
    }

    /** Memory that is not the heap's is handed to the system as it is, and may begin anywhere. */
    private static ByteBuffer onHeap(ByteBuffer buffer) {
        return buffer.isDirect()
                ? ByteBuffer.allocate(buffer.remaining()).put(buffer).flip()
                : buffer;
    }

    private static boolean isAligned(long offset, long length) {
        return (offset | length) % PAGE == 0;
    }

    private static long roundDown(long offset) {
        return offset - offset % PAGE;
    }

    private static long roundUp(long offset) {
        return roundDown(offset + PAGE - 1);
    }
}
