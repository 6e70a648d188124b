package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.spi.PvAccess;

/**
 * The file or device of a PV that may vanish and come back. While it is away and no neighbour reaches it, calls fail at
 * once, and now and then one of them looks for it. A call that failed since its way to the PV was lost is done again by
 * another way, if there is one: as long as it has not returned nobody relies on what it has done.
 */
public final class PvFile implements BlockFile {
    /** So many ways may be lost under one call. */
    private static final int WAYS_A_CALL = 4;

    private final Path path;
    private final PvWays ways;
    private final CallsUnderWay calls;

    /** Looks whether a file carries the PV. */
    interface Identity {
        /** Fails unless it does. */
        void verify(BlockFile file) throws IOException;

        /** Fails if it is not to be used again, wherever it is found. */
        void mayReturn() throws IOException;
    }

    /** What is done again by another way. */
    private interface Call {
        void by(BlockFile file) throws IOException;
    }

    PvFile(Path path, PvWays ways) {
        this.path = path;
        this.ways = ways;
        this.calls = ways.calls();
    }

    /** Begins with a file that is open already and known to be the PV. */
    void adopt(BlockFile opened) {
        ways.adopt(opened);
    }

    /** Which life of the PV this is; 0 before the first. */
    int incarnation() {
        return ways.incarnation();
    }

    /** Why it is away. */
    public String why() {
        return ways.why();
    }

    /** Opens the path; fails if the PV is not there. */
    public void open() throws IOException {
        ways.open();
    }

    /** Fails if the PV is away; now and then it is looked for. */
    public void reach() throws IOException {
        ways.file();
    }

    /** Whether it could be reached when it was last used. */
    public boolean isReachable() {
        return ways.current() != null;
    }

    /** Whether the PV can be reached: looks, and opens it again if it is back. */
    public boolean isPresent() {
        ways.look();
        try {
            ways.open();
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Returns from a neighbour to the direct way, if there is one again. */
    public void lookForDirect() {
        ways.lookForDirect();
    }

    /** The PV for others, as long as it is reached as it is now: directly, where its path leads. */
    public Optional<PvAccess> forOthers() {
        ways.look();
        BlockFile file = ways.current();
        if (file == null || file instanceof NeighbourFile) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PvForOthers(ways, file, file.sizeBytes()));
        } catch (IOException e) {
            ways.isLost(file, e);
            return Optional.empty();
        }
    }

    /** What a failed call said, without the path that it may begin with. */
    public static String said(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** Goes on after a call has failed, or did not find any way. */
    private void again(BlockFile lost, Optional<IOException> failed, Call call) throws IOException {
        BlockFile file = lost;
        Optional<IOException> error = failed;
        for (int turn = 0; ; turn++) {
            if (error.isPresent()) {
                if (!ways.isLost(file, error.get())) {
                    throw error.get();
                }
                if (turn == WAYS_A_CALL || !ways.mayGoOn()) {
                    throw away(error.get());
                }
            }
            try {
                file = ways.file();
            } catch (IOException e) {
                error.ifPresent(e::addSuppressed);
                throw e;
            }
            int lane = calls.enter();
            try {
                if (ways.current() == file) {
                    call.by(file);
                    return;
                }
                error = Optional.empty();
            } catch (IOException e) {
                error = Optional.of(e);
            } finally {
                calls.leave(lane);
            }
        }
    }

    private IOException away(IOException e) {
        IOException away = ways.away();
        away.addSuppressed(e);
        return away;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public boolean isDevice() {
        BlockFile file = ways.current();
        return file != null && file.isDevice();
    }

    @Override
    public boolean isWriteThrough() {
        BlockFile file = ways.current();
        return file != null && file.isWriteThrough();
    }

    @Override
    public boolean isWherePathLeads() {
        BlockFile file = ways.current();
        return file != null && file.isWherePathLeads();
    }

    @Override
    public long sizeBytes() throws IOException {
        return ways.file().sizeBytes();
    }

    @Override
    public boolean tryLock() {
        BlockFile file = ways.current();
        return file != null && file.tryLock();
    }

    @Override
    public void readData(ByteBuffer into, int length, long offset) throws IOException {
        int position = into.position();
        BlockFile file = ways.file();
        try {
            file.readData(into, length, offset);
        } catch (IOException e) {
            again(file, Optional.of(e), other -> other.readData(into.position(position), length, offset));
        }
    }

    @Override
    public void readPages(ByteBuffer into, long offset) throws IOException {
        int position = into.position();
        BlockFile file = ways.file();
        try {
            file.readPages(into, offset);
        } catch (IOException e) {
            again(file, Optional.of(e), other -> other.readPages(into.position(position), offset));
        }
    }

    @Override
    public void peekPages(ByteBuffer into, long offset) throws IOException {
        int position = into.position();
        BlockFile file = ways.file();
        try {
            file.peekPages(into, offset);
        } catch (IOException e) {
            again(file, Optional.of(e), other -> other.peekPages(into.position(position), offset));
        }
    }

    @Override
    public void writeData(ByteBuffer from, int length, long offset) throws IOException {
        int position = from.position();
        BlockFile file = null;
        Optional<IOException> failed = Optional.empty();
        int lane = calls.enter();
        try {
            file = ways.current();
            if (file != null) {
                file.writeData(from, length, offset);
                return;
            }
        } catch (IOException e) {
            failed = Optional.of(e);
        } finally {
            calls.leave(lane);
        }
        again(file, failed, other -> other.writeData(from.position(position), length, offset));
    }

    @Override
    public void writePages(ByteBuffer from, long offset) throws IOException {
        int position = from.position();
        BlockFile file = null;
        Optional<IOException> failed = Optional.empty();
        int lane = calls.enter();
        try {
            file = ways.current();
            if (file != null) {
                file.writePages(from, offset);
                return;
            }
        } catch (IOException e) {
            failed = Optional.of(e);
        } finally {
            calls.leave(lane);
        }
        again(file, failed, other -> other.writePages(from.position(position), offset));
    }

    @Override
    public void zero(long offset, long length, boolean keepSpace) throws IOException {
        BlockFile file = null;
        Optional<IOException> failed = Optional.empty();
        int lane = calls.enter();
        try {
            file = ways.current();
            if (file != null) {
                file.zero(offset, length, keepSpace);
                return;
            }
        } catch (IOException e) {
            failed = Optional.of(e);
        } finally {
            calls.leave(lane);
        }
        again(file, failed, other -> other.zero(offset, length, keepSpace));
    }

    @Override
    public void giveBack(long offset, long length) {
        int lane = calls.enter();
        try {
            BlockFile file = ways.current();
            if (file != null) {
                file.giveBack(offset, length);
            }
        } finally {
            calls.leave(lane);
        }
    }

    @Override
    public void beginSync(long offset, long length) {
        BlockFile file = ways.current();
        if (file != null) {
            file.beginSync(offset, length);
        }
    }

    @Override
    public void dropCache(long offset, long length) {
        BlockFile file = ways.current();
        if (file != null) {
            file.dropCache(offset, length);
        }
    }

    @Override
    public void dropDeviceCache() throws IOException {
        BlockFile file = ways.current();
        if (file != null) {
            file.dropDeviceCache();
        }
    }

    /** By another way only if that finds what was written before. */
    @Override
    public void sync() throws IOException {
        int life = ways.incarnation();
        BlockFile file = ways.file();
        requireSame(life);
        try {
            file.sync();
        } catch (IOException e) {
            again(file, Optional.of(e), other -> {
                requireSame(life);
                other.sync();
            });
        }
    }

    private void requireSame(int life) throws IOException {
        if (life > 0 && ways.incarnation() != life) {
            throw new IOException("PV " + path + " was away, and what was written before may be lost");
        }
    }

    @Override
    public void close() throws IOException {
        ways.close();
    }
}
