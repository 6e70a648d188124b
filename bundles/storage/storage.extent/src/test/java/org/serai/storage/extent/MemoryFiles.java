package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.pv.Pages;

/** PVs in memory, whose history is recorded if there is one. */
public final class MemoryFiles implements BlockFiles {
    private final Map<Path, MemoryDisk> disks = new ConcurrentHashMap<>();
    private final Map<Path, AtomicBoolean> locks = new ConcurrentHashMap<>();
    private final Map<Path, Long> begun = new ConcurrentHashMap<>();
    private final boolean punches;
    private volatile History history;

    /** PVs that are still to be made, as devices. */
    public MemoryFiles() {
        this(Map.of(), false);
    }

    /** PVs that are there already, as devices. */
    public MemoryFiles(Map<Path, MemoryDisk> disks) {
        this(disks, false);
    }

    /**
     * PVs that are there already or are still to be made.
     *
     * @param punches whether space that is given back reads as zero, as of a file, or as before, as of a device
     */
    public MemoryFiles(Map<Path, MemoryDisk> disks, boolean punches) {
        this.punches = punches;
        this.disks.putAll(disks);
    }

    /** Records from now on. */
    void record(History in) {
        history = in;
    }

    /** How many bytes were begun to be written out before a sync asked for them. */
    long begunBytes(Path path) {
        return begun.getOrDefault(path, 0L);
    }

    Map<Path, MemoryDisk> disks() {
        return disks;
    }

    @Override
    public BlockFile open(Path path) throws IOException {
        MemoryDisk disk = disks.get(path);
        if (disk == null) {
            throw new NoSuchFileException(path.toString());
        }
        return new MemoryFile(path, disk);
    }

    @Override
    public boolean exists(Path path) {
        return disks.containsKey(path);
    }

    @Override
    public void make(Path path, long sizeBytes) {
        disks.put(path, new MemoryDisk(sizeBytes));
    }

    @Override
    public void grow(Path path, long sizeBytes) {
        disks.get(path).grow(sizeBytes);
    }

    @Override
    public void delete(Path path) {
        disks.remove(path);
    }

    @Override
    public void requireUnused(Path path) {
        // What is in memory is nobody else's.
    }

    private final class MemoryFile implements BlockFile {
        private final Path path;
        private final MemoryDisk disk;
        private boolean locked;
        private volatile boolean closed;

        MemoryFile(Path path, MemoryDisk disk) {
            this.path = path;
            this.disk = disk;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public boolean isDevice() {
            return false;
        }

        @Override
        public boolean isWriteThrough() {
            return false;
        }

        @Override
        public long sizeBytes() {
            return disk.sizeBytes();
        }

        @Override
        public boolean tryLock() {
            locked = locks.computeIfAbsent(path, _ -> new AtomicBoolean()).compareAndSet(false, true);
            return locked;
        }

        @Override
        public void unlock() {
            if (locked) {
                locked = false;
                locks.get(path).set(false);
            }
        }

        @Override
        public void readData(ByteBuffer into, int length, long offset) throws IOException {
            requireIn(offset, length);
            disk.read(offset, into, length);
        }

        @Override
        public void writeData(ByteBuffer from, int length, long offset) throws IOException {
            requireIn(offset, length);
            byte[] data = new byte[length];
            from.get(data);
            change(new History.Write(path, offset, length, data));
        }

        @Override
        public void readPages(ByteBuffer into, long offset) throws IOException {
            requirePages(into, offset);
            readData(into, into.remaining(), offset);
        }

        @Override
        public void writePages(ByteBuffer from, long offset) throws IOException {
            requirePages(from, offset);
            writeData(from, from.remaining(), offset);
        }

        @Override
        public void zero(long offset, long length, boolean keepSpace) throws IOException {
            requireIn(offset, length);
            change(new History.Write(path, offset, length, null));
        }

        @Override
        public void giveBack(long offset, long length) {
            if (punches) {
                change(new History.Write(path, offset, length, null));
            }
        }

        private void change(History.Write write) {
            History known = history;
            if (known != null) {
                // Before it is done: a crash may come while it is under way.
                known.add(write);
            }
            disk.write(write.offset(), write.data(), 0, write.length());
        }

        @Override
        public void beginSync(long offset, long length) {
            begun.merge(path, length, Long::sum);
        }

        @Override
        public void dropCache(long offset, long length) {
            // There is no cache.
        }

        @Override
        public void dropDeviceCache() {
            // There is no cache.
        }

        @Override
        public void sync() throws IOException {
            requireIn(0, 0);
            History known = history;
            if (known != null) {
                known.add(new History.Sync(path));
            }
        }

        @Override
        public void close() {
            closed = true;
            unlock();
        }

        private void requireIn(long offset, long length) throws IOException {
            if (closed) {
                throw new IOException(path + " is closed");
            }
            if (offset < 0 || offset + length > disk.sizeBytes()) {
                throw new IOException("the PV ends before " + (offset + length));
            }
        }

        private void requirePages(ByteBuffer buffer, long offset) {
            if (offset % Pages.BYTES != 0 || buffer.remaining() % Pages.BYTES != 0) {
                throw new AssertionError("direct I/O of " + buffer.remaining() + " bytes at " + offset);
            }
        }
    }
}
