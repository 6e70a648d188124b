package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.io.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file or device of a PV that may vanish and come back. After an error the PV's mark is looked for; if that fails,
 * too, the PV is away: calls fail at once, and now and then one of them tries to open the path again. It is used again
 * when the mark is found there. What was open before stays open until the pool is closed, since a call may be stuck in
 * it, and the number of a closed file may soon be another file's.
 */
public final class PvFile implements BlockFile {
    private static final Logger LOG = LoggerFactory.getLogger(PvFile.class);
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final BlockFiles files;
    private final Path path;
    private final Identity identity;
    private final LongSupplier nanoTime;
    private final ReentrantLock changing = new ReentrantLock();
    private final List<BlockFile> earlier = new ArrayList<>();
    private volatile BlockFile current;
    private volatile int incarnation;
    private volatile String why = "it was never opened";
    /** What still works although the path does not lead to it any more. */
    private Optional<BlockFile> displaced = Optional.empty();

    private long triedNanos;
    private boolean tried;
    private boolean closed;

    /** Looks whether a file carries the PV. */
    interface Identity {
        /** Fails unless it does. */
        void verify(BlockFile file) throws IOException;

        /** Fails if it is not to be used again, wherever it is found. */
        void mayReturn() throws IOException;
    }

    PvFile(BlockFiles files, Path path, Identity identity, LongSupplier nanoTime) {
        this.files = files;
        this.path = path;
        this.identity = identity;
        this.nanoTime = nanoTime;
    }

    /** Begins with a file that is open already and known to be the PV. */
    void adopt(BlockFile opened) {
        current = opened;
        incarnation = 1;
    }

    /** Which life of the PV this is; 0 before the first. */
    int incarnation() {
        return incarnation;
    }

    /** Why it is away. */
    public String why() {
        return why;
    }

    private BlockFile file() throws IOException {
        BlockFile file = current;
        return file != null ? file : comeBack(false);
    }

    private BlockFile comeBack(boolean now) throws IOException {
        if (!changing.tryLock()) {
            throw new PvAwayException(path, why);
        }
        try {
            BlockFile file = current;
            if (file != null) {
                return file;
            }
            long time = nanoTime.getAsLong();
            if (closed || !now && tried && time - triedNanos < RETRY_NANOS) {
                throw new PvAwayException(path, why);
            }
            tried = true;
            triedNanos = time;
            return reopen();
        } finally {
            changing.unlock();
        }
    }

    private BlockFile reopen() throws IOException {
        if (displaced.isPresent() && displaced.get().isWherePathLeads()) {
            BlockFile same = displaced.get();
            verify(same);
            displaced = Optional.empty();
            current = same;
            return same;
        }
        BlockFile opened;
        try {
            opened = files.open(path);
        } catch (IOException e) {
            why = said(e);
            throw new PvAwayException(path, why);
        }
        boolean done = false;
        try {
            verify(opened);
            done = true;
        } finally {
            if (!done) {
                opened.close();
            }
        }
        // Other hosts may have written to it meanwhile.
        opened.dropDeviceCache();
        opened.dropCache(0, opened.sizeBytes());
        displaced.ifPresent(earlier::add);
        displaced = Optional.empty();
        incarnation++;
        current = opened;
        if (incarnation > 1) {
            LOG.warn("PV {} is back", path);
        }
        return opened;
    }

    private void verify(BlockFile file) throws IOException {
        try {
            identity.mayReturn();
            identity.verify(file);
        } catch (IOException e) {
            why = said(e);
            throw new PvAwayException(path, why);
        }
    }

    /** Opens the path; fails if the PV is not there. */
    public void open() throws IOException {
        if (current == null) {
            comeBack(true);
        }
    }

    /** Fails if the PV is away; now and then it is looked for. */
    public void reach() throws IOException {
        file();
    }

    /** Whether it could be reached when it was last used. */
    public boolean isReachable() {
        return current != null;
    }

    /** Whether the PV can be reached: looks, and opens it again if it is back. */
    public boolean isPresent() {
        BlockFile file = current;
        if (file != null && !file.isWherePathLeads()) {
            displace(file);
        } else if (file != null) {
            check(file);
        }
        try {
            open();
            return true;
        } catch (IOException e) {
            LOG.debug("PV {} is away: {}", path, e.getMessage());
            return false;
        }
    }

    private void displace(BlockFile file) {
        changing.lock();
        try {
            if (current == file) {
                away("the path does not lead to it any more");
                displaced = Optional.of(file);
            }
        } finally {
            changing.unlock();
        }
    }

    /** Whether the mark can still be read. */
    private boolean check(BlockFile file) {
        try {
            identity.verify(file);
            return true;
        } catch (IOException e) {
            changing.lock();
            try {
                if (current == file) {
                    away(said(e));
                    earlier.add(file);
                }
            } finally {
                changing.unlock();
            }
            return false;
        }
    }

    private void away(String reason) {
        why = reason;
        tried = false;
        current = null;
        LOG.error("PV {} cannot be reached: {}", path, reason);
    }

    /** What to throw after an error: it is the PV's, or the PV is away. */
    private IOException judged(BlockFile file, IOException e) {
        boolean ofTheFileSystem = e instanceof PosixException posix && posix.noSpace();
        if (ofTheFileSystem || check(file)) {
            return e;
        }
        IOException away = new PvAwayException(path, said(e));
        away.addSuppressed(e);
        return away;
    }

    /** What a failed call said, without the path that it may begin with. */
    public static String said(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public boolean isDevice() {
        BlockFile file = current;
        return file != null && file.isDevice();
    }

    @Override
    public boolean isWriteThrough() {
        BlockFile file = current;
        return file != null && file.isWriteThrough();
    }

    @Override
    public boolean isWherePathLeads() {
        BlockFile file = current;
        return file != null && file.isWherePathLeads();
    }

    @Override
    public long sizeBytes() throws IOException {
        return file().sizeBytes();
    }

    @Override
    public boolean tryLock() {
        BlockFile file = current;
        return file != null && file.tryLock();
    }

    @Override
    public void readData(ByteBuffer into, int length, long offset) throws IOException {
        BlockFile file = file();
        try {
            file.readData(into, length, offset);
        } catch (IOException e) {
            throw judged(file, e);
        }
    }

    @Override
    public void writeData(ByteBuffer from, int length, long offset) throws IOException {
        BlockFile file = file();
        try {
            file.writeData(from, length, offset);
        } catch (IOException e) {
            throw judged(file, e);
        }
    }

    @Override
    public void readPages(ByteBuffer into, long offset) throws IOException {
        BlockFile file = file();
        try {
            file.readPages(into, offset);
        } catch (IOException e) {
            throw judged(file, e);
        }
    }

    @Override
    public void peekPages(ByteBuffer into, long offset) throws IOException {
        BlockFile file = file();
        try {
            file.peekPages(into, offset);
        } catch (IOException e) {
            throw judged(file, e);
        }
    }

    @Override
    public void writePages(ByteBuffer from, long offset) throws IOException {
        BlockFile file = file();
        try {
            file.writePages(from, offset);
        } catch (IOException e) {
            throw judged(file, e);
        }
    }

    @Override
    public void zero(long offset, long length, boolean keepSpace) throws IOException {
        BlockFile file = file();
        try {
            file.zero(offset, length, keepSpace);
        } catch (IOException e) {
            throw judged(file, e);
        }
    }

    @Override
    public void giveBack(long offset, long length) {
        BlockFile file = current;
        if (file != null) {
            file.giveBack(offset, length);
        }
    }

    @Override
    public void beginSync(long offset, long length) {
        BlockFile file = current;
        if (file != null) {
            file.beginSync(offset, length);
        }
    }

    @Override
    public void dropCache(long offset, long length) {
        BlockFile file = current;
        if (file != null) {
            file.dropCache(offset, length);
        }
    }

    @Override
    public void dropDeviceCache() throws IOException {
        BlockFile file = current;
        if (file != null) {
            file.dropDeviceCache();
        }
    }

    @Override
    public void sync() throws IOException {
        BlockFile file = file();
        try {
            file.sync();
        } catch (IOException e) {
            throw judged(file, e);
        }
    }

    @Override
    public void close() throws IOException {
        List<BlockFile> all;
        changing.lock();
        try {
            closed = true;
            why = "the pool is closed";
            all = new ArrayList<>(earlier);
            displaced.ifPresent(all::add);
            Optional.ofNullable(current).ifPresent(all::add);
            current = null;
        } finally {
            changing.unlock();
        }
        IOException failed = null;
        for (BlockFile file : all) {
            try {
                file.close();
            } catch (IOException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
