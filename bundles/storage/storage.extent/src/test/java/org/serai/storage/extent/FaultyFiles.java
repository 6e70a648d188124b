package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.io.Posix;
import org.serai.storage.extent.io.PosixException;
import org.serai.storage.extent.pv.Pages;

/** Files whose calls fail, end half way, or never return, as told. */
final class FaultyFiles implements BlockFiles {
    private final BlockFiles files;
    private final Set<Path> stalled = ConcurrentHashMap.newKeySet();
    private final List<Thread> stuck = new ArrayList<>();
    private CountDownLatch stall = new CountDownLatch(1);
    private int callsLeft = Integer.MAX_VALUE;
    private int repeats;
    private boolean inHalf;
    private Set<Call> kinds = Set.of();
    private boolean fired;

    /** What a call does. */
    enum Call {
        READ,
        WRITE,
        SYNC
    }

    FaultyFiles(BlockFiles files) {
        this.files = files;
    }

    /**
     * Lets calls of these kinds fail.
     *
     * @param after so many are good first
     * @param count so many fail then
     * @param half whether a transfer is done in half before it fails
     */
    synchronized void fail(Set<Call> of, int after, int count, boolean half) {
        kinds = of;
        callsLeft = after;
        repeats = count;
        inHalf = half;
    }

    /** Whether a call failed since the last {@link #heal}. */
    synchronized boolean hasFired() {
        return fired;
    }

    synchronized void heal() {
        kinds = Set.of();
        fired = false;
    }

    /** From now on calls on that file do not return. */
    void stall(String path) {
        stalled.add(Path.of(path));
    }

    /** How many calls are stuck. */
    int stuck() {
        synchronized (stuck) {
            return stuck.size();
        }
    }

    /** Lets calls that are stuck go on. */
    synchronized void goOn() {
        stalled.clear();
        stall.countDown();
        stall = new CountDownLatch(1);
    }

    private synchronized CountDownLatch latch() {
        return stall;
    }

    /** Whether this call is to fail. */
    private boolean meets(Path path, Call call) throws IOException {
        CountDownLatch until = latch();
        if (stalled.contains(path)) {
            try {
                synchronized (stuck) {
                    stuck.add(Thread.currentThread());
                }
                until.await();
                synchronized (stuck) {
                    stuck.remove(Thread.currentThread());
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        synchronized (this) {
            if (!kinds.contains(call) || callsLeft-- > 0 || repeats == 0) {
                return false;
            }
            repeats--;
            fired = true;
            return true;
        }
    }

    @Override
    public BlockFile open(Path path) throws IOException {
        return new FaultyFile(files.open(path));
    }

    @Override
    public boolean exists(Path path) {
        return files.exists(path);
    }

    @Override
    public void make(Path path, long sizeBytes) throws IOException {
        files.make(path, sizeBytes);
    }

    @Override
    public void grow(Path path, long sizeBytes) throws IOException {
        files.grow(path, sizeBytes);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public void requireUnused(Path path) throws IOException {
        files.requireUnused(path);
    }

    private final class FaultyFile implements BlockFile {
        private final BlockFile file;
        private boolean lost;

        FaultyFile(BlockFile file) {
            this.file = file;
        }

        private interface Transfer {
            void run(int length) throws IOException;
        }

        private void transfer(Call call, int length, Transfer work) throws IOException {
            if (meets(file.path(), call)) {
                int half = length / 2 / Pages.BYTES * Pages.BYTES;
                if (inHalf && half > 0) {
                    work.run(half);
                }
                throw new PosixException(call == Call.READ ? "pread" : "pwrite", Posix.EIO);
            }
            work.run(length);
        }

        @Override
        public void readData(ByteBuffer into, int length, long offset) throws IOException {
            transfer(Call.READ, length, n -> file.readData(into, n, offset));
        }

        @Override
        public void writeData(ByteBuffer from, int length, long offset) throws IOException {
            transfer(Call.WRITE, length, n -> file.writeData(from, n, offset));
        }

        @Override
        public void readPages(ByteBuffer into, long offset) throws IOException {
            transfer(Call.READ, into.remaining(), n -> {
                int limit = into.limit();
                file.readPages(into.limit(into.position() + n), offset);
                into.limit(limit);
            });
        }

        @Override
        public void writePages(ByteBuffer from, long offset) throws IOException {
            transfer(Call.WRITE, from.remaining(), n -> {
                int limit = from.limit();
                file.writePages(from.limit(from.position() + n), offset);
                from.limit(limit);
            });
        }

        @Override
        public void zero(long offset, long length, boolean keepSpace) throws IOException {
            transfer(Call.WRITE, (int) length, n -> file.zero(offset, n, keepSpace));
        }

        @Override
        public void sync() throws IOException {
            // As with a kernel that tells a lost write once.
            lost |= meets(file.path(), Call.SYNC);
            if (lost) {
                throw new PosixException("fdatasync", Posix.EIO);
            }
            file.sync();
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public boolean isDevice() {
            return file.isDevice();
        }

        @Override
        public boolean isWherePathLeads() {
            return file.isWherePathLeads();
        }

        @Override
        public boolean isWriteThrough() {
            return file.isWriteThrough();
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public boolean tryLock() {
            return file.tryLock();
        }

        @Override
        public void unlock() {
            file.unlock();
        }

        @Override
        public void giveBack(long offset, long length) {
            file.giveBack(offset, length);
        }

        @Override
        public void dropCache(long offset, long length) {
            file.dropCache(offset, length);
        }

        @Override
        public void dropDeviceCache() throws IOException {
            file.dropDeviceCache();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
