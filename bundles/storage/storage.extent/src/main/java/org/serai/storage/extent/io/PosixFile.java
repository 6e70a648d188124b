package org.serai.storage.extent.io;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file or block device, open twice: through the page cache for data, and past it for metadata and leases, which other
 * hosts change. Where other hosts see the device, data are written through the cache: a node that is killed must leave
 * nothing behind that its kernel would write after another node has taken over.
 */
final class PosixFile implements BlockFile {
    private static final Set<String> SEEN_BY_ONE_HOST =
            Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "tmpfs", "overlay");
    private static final int BOUNCE_BYTES = 128 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(PosixFile.class);

    private final Path path;
    private final Optional<Object> key;
    private final boolean device;
    private final boolean writeThrough;
    private final int cached;
    private final int direct;
    private final int peeked;
    private final BufferAddresses addresses = new BufferAddresses();
    private final ByteBuffer[] bounces = new ByteBuffer[16];
    private final ReentrantLock syncing = new ReentrantLock();
    private final java.util.concurrent.atomic.AtomicLong wanted = new java.util.concurrent.atomic.AtomicLong();
    private long covered;
    private volatile IOException lost;
    private boolean closed;

    PosixFile(Path path) throws IOException {
        this.path = path;
        this.key = key(path);
        this.device = !Files.isRegularFile(path);
        this.writeThrough = device || !isSeenByOneHost(path);
        this.cached = Posix.open(path.toString(), Posix.O_RDWR | (writeThrough ? Posix.O_DSYNC : 0));
        this.direct = openDirect();
        this.peeked = writeThrough ? direct : openPeeked();
        for (int i = 0; i < bounces.length; i++) {
            bounces[i] = ByteBuffer.allocateDirect(0);
        }
    }

    private static boolean isSeenByOneHost(Path path) {
        try {
            return SEEN_BY_ONE_HOST.contains(Files.getFileStore(path).type());
        } catch (IOException e) {
            // Inside a chroot the mount table does not name what the file lies on: then the cautious answer holds.
            LOG.info("{} is written through, for its file system is not known: {}", path, e.getMessage());
            return false;
        }
    }

    private static Optional<Object> key(Path path) {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            LOG.debug("{} leads nowhere: {}", path, e.getMessage());
            return Optional.empty();
        }
    }

    private int openDirect() throws IOException {
        try {
            return Posix.open(path.toString(), Posix.O_RDWR | Posix.O_DIRECT);
        } catch (PosixException e) {
            if (e.errno() == Posix.EINVAL && !device) {
                // A file system without direct I/O; its own cache is then the truth, as on tmpfs.
                return Posix.open(path.toString(), Posix.O_RDWR | Posix.O_DSYNC);
            }
            Posix.close(cached);
            throw e;
        }
    }

    /** Without reading ahead: a large page of the cache, with data beside metadata, could not be taken from it. */
    private int openPeeked() throws IOException {
        try {
            int fd = Posix.open(path.toString(), Posix.O_RDWR);
            Posix.readSparsely(fd);
            return fd;
        } catch (PosixException e) {
            Posix.close(direct);
            Posix.close(cached);
            throw e;
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public boolean isDevice() {
        return device;
    }

    @Override
    public boolean isWriteThrough() {
        return writeThrough;
    }

    @Override
    public boolean isWherePathLeads() {
        return key.isPresent() && key.equals(key(path));
    }

    @Override
    public long sizeBytes() throws IOException {
        return Posix.size(direct);
    }

    @Override
    public boolean tryLock() {
        return Posix.tryLock(direct);
    }

    @Override
    public void unlock() {
        Posix.unlock(direct);
    }

    @Override
    public void readData(ByteBuffer into, int length, long offset) throws IOException {
        transfer(cached, into, length, offset, false);
    }

    @Override
    public void writeData(ByteBuffer from, int length, long offset) throws IOException {
        transfer(cached, from, length, offset, true);
    }

    @Override
    public void readPages(ByteBuffer into, long offset) throws IOException {
        transfer(direct, into, into.remaining(), offset, false);
    }

    @Override
    public void peekPages(ByteBuffer into, long offset) throws IOException {
        // A host has one cache, from which a write past it takes what it overwrites.
        transfer(peeked, into, into.remaining(), offset, false);
    }

    @Override
    public void writePages(ByteBuffer from, long offset) throws IOException {
        transfer(direct, from, from.remaining(), offset, true);
    }

    private void transfer(int fd, ByteBuffer buffer, int length, long offset, boolean write) throws IOException {
        if (buffer.isDirect()) {
            int position = buffer.position();
            if (length > 0) {
                // Fails if the memory behind the buffer was given back, which the system call would not notice.
                buffer.get(position);
            }
            move(fd, addresses.of(buffer) + position, length, offset, write);
            Reference.reachabilityFence(buffer);
            buffer.position(position + length);
        } else {
            bounce(fd, buffer, length, offset, write);
        }
    }

    private void bounce(int fd, ByteBuffer buffer, int length, long offset, boolean write) throws IOException {
        int stripe = (int) Thread.currentThread().threadId() & bounces.length - 1;
        synchronized (bounces) {
            if (bounces[stripe].capacity() == 0) {
                bounces[stripe] = PageMemory.allocate(BOUNCE_BYTES / PageMemory.BYTES);
            }
        }
        ByteBuffer direct = bounces[stripe];
        synchronized (direct) {
            for (int done = 0; done < length; ) {
                int n = Math.min(BOUNCE_BYTES, length - done);
                if (write) {
                    direct.put(0, buffer, buffer.position(), n);
                }
                move(fd, addresses.of(direct), n, offset + done, write);
                if (!write) {
                    buffer.put(buffer.position(), direct, 0, n);
                }
                buffer.position(buffer.position() + n);
                done += n;
            }
        }
    }

    private void move(int fd, long address, long length, long offset, boolean write) throws IOException {
        for (long done = 0; done < length; ) {
            long n = write
                    ? Posix.pwrite(fd, address + done, length - done, offset + done)
                    : Posix.pread(fd, address + done, length - done, offset + done);
            if (n > 0) {
                done += n;
            } else if (n == 0) {
                throw new IOException("the PV ends at " + (offset + done) + ", before its size");
            } else if (-n != Posix.EINTR) {
                throw new PosixException(write ? "pwrite" : "pread", (int) -n);
            }
        }
    }

    @Override
    public void zero(long offset, long length, boolean keepSpace) throws IOException {
        int first = keepSpace || device ? Posix.FALLOC_ZERO_RANGE : Posix.FALLOC_PUNCH_HOLE;
        int result = Posix.fallocate(cached, first | Posix.FALLOC_KEEP_SIZE, offset, length);
        if (-result == Posix.ENOSPC || -result == Posix.EIO || -result == Posix.EDQUOT) {
            throw new PosixException("fallocate", -result);
        }
        if (result != 0) {
            ByteBuffer zeros = PageMemory.zeros();
            for (long done = 0; done < length; ) {
                int n = (int) Math.min(zeros.capacity(), length - done);
                move(cached, addresses.of(zeros), n, offset + done, true);
                done += n;
            }
        }
    }

    @Override
    public void giveBack(long offset, long length) {
        if (!device) {
            Posix.fallocate(cached, Posix.FALLOC_PUNCH_HOLE | Posix.FALLOC_KEEP_SIZE, offset, length);
        }
    }

    @Override
    public void beginSync(long offset, long length) {
        if (!writeThrough) {
            Posix.beginWriteBack(cached, offset, length);
        }
    }

    @Override
    public void dropCache(long offset, long length) {
        if (writeThrough) {
            Posix.dropRange(cached, offset, length);
        }
    }

    @Override
    public void dropDeviceCache() throws IOException {
        if (device) {
            Posix.dropDevice(cached);
        }
    }

    /**
     * Calls that wait together are served by one sync. Once a sync has failed the kernel may have dropped what it could
     * not write and told only one of the callers, so that no later sync can be believed.
     */
    @Override
    public void sync() throws IOException {
        long mine = wanted.incrementAndGet();
        syncing.lock();
        try {
            if (lost != null) {
                throw new IOException("an earlier sync of the PV failed: " + lost.getMessage(), lost);
            }
            if (covered >= mine) {
                return;
            }
            long covers = wanted.get();
            Posix.fdatasync(cached);
            covered = covers;
        } catch (PosixException e) {
            lost = e;
            throw e;
        } finally {
            syncing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (bounces) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            if (peeked != direct) {
                Posix.close(peeked);
            }
            Posix.close(direct);
        } finally {
            Posix.close(cached);
        }
    }
}
