package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.io.PosixException;
import org.serai.storage.spi.PvRelay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which way leads to a PV just now: its file or device, a neighbour, or none. After an error the PV's mark is looked for;
 * if that fails, too, that way is not used any more. Before another one is, no call that changes the PV is under way. What
 * was open stays open until the pool is closed, since a read may be stuck in it, and the number of a closed file may soon
 * be another file's.
 */
final class PvWays {
    private static final Logger LOG = LoggerFactory.getLogger(PvWays.class);
    private static final long RETRY_NANOS = 1_000_000_000L;

    /** How long others wait while one looks for a neighbour. */
    private static final long SWITCH_MS = 5_000;

    private final BlockFiles files;
    private final Path path;
    private final PvFile.Identity identity;
    private final LongSupplier nanoTime;
    private final Around around;
    private final CallsUnderWay calls = new CallsUnderWay();
    private final ReentrantLock changing = new ReentrantLock();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final List<BlockFile> earlier = new ArrayList<>();
    private volatile BlockFile current;
    private volatile int incarnation;
    private volatile String why = "it was never opened";
    /** What still works although the path does not lead to it any more. */
    private volatile Optional<BlockFile> displaced = Optional.empty();

    private long triedNanos;
    private boolean tried;
    private boolean closed;
    /** Whether what was written by the last way is where the next one finds it, if that is found at once. */
    private boolean kept;
    /** Whether the last way was through a neighbour. */
    private boolean wasNeighbour;

    /**
     * How a PV is reached through neighbours.
     *
     * @param pv its id
     */
    record Around(PvRelay relay, UUID pv) {}

    PvWays(BlockFiles files, Path path, PvFile.Identity identity, LongSupplier nanoTime, Around around) {
        this.files = files;
        this.path = path;
        this.identity = identity;
        this.nanoTime = nanoTime;
        this.around = around;
    }

    void adopt(BlockFile opened) {
        current = opened;
        incarnation = 1;
    }

    /** The way that is used now; null if there is none. */
    BlockFile current() {
        return current;
    }

    int incarnation() {
        return incarnation;
    }

    String why() {
        return why;
    }

    CallsUnderWay calls() {
        return calls;
    }

    /** The neighbour through which it is reached now. */
    Optional<NeighbourFile> neighbour() {
        return current instanceof NeighbourFile file ? Optional.of(file) : Optional.empty();
    }

    /** Whether a call that failed with its way may be done again by another one. */
    boolean mayGoOn() {
        return around.relay().isOffered();
    }

    PvAwayException away() {
        return new PvAwayException(path, why);
    }

    /** The way that is used now, or one that is found now. */
    BlockFile file() throws IOException {
        BlockFile file = current;
        return file != null ? file : comeBack(false);
    }

    /** Looks for a way, also if that was done just now. */
    void open() throws IOException {
        if (current == null) {
            comeBack(true);
        }
    }

    private BlockFile comeBack(boolean now) throws IOException {
        if (!lock()) {
            throw away();
        }
        try {
            BlockFile file = current;
            if (file != null) {
                return file;
            }
            long time = nanoTime.getAsLong();
            if (closed || !now && tried && time - triedNanos < RETRY_NANOS) {
                throw away();
            }
            tried = true;
            triedNanos = time;
            if ((wasNeighbour || mayGoOn()) && !calls.haveReturned()) {
                why = "calls by the way that was lost have not returned";
                throw away();
            }
            boolean goesOn = kept;
            kept = false;
            return reopen(goesOn);
        } finally {
            changing.unlock();
        }
    }

    private boolean lock() {
        try {
            return mayGoOn() ? changing.tryLock(SWITCH_MS, TimeUnit.MILLISECONDS) : changing.tryLock();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private BlockFile reopen(boolean goesOn) throws IOException {
        BlockFile found;
        try {
            found = direct();
        } catch (IOException e) {
            Optional<BlockFile> through = throughNeighbour();
            if (through.isEmpty()) {
                throw e;
            }
            incarnation += goesOn ? 0 : 1;
            current = through.get();
            return through.get();
        }
        if (displaced.filter(other -> other == found).isEmpty()) {
            displaced.ifPresent(earlier::add);
            incarnation += goesOn && wasNeighbour ? 0 : 1;
        }
        use(found);
        return found;
    }

    private void use(BlockFile found) {
        displaced = Optional.empty();
        wasNeighbour = false;
        current = found;
        if (incarnation > 1) {
            LOG.warn("PV {} is back", path);
        }
    }

    /** The PV's own file or device: what was displaced, if the path leads there again, or what is found at the path. */
    private BlockFile direct() throws IOException {
        Optional<BlockFile> same = displaced.filter(BlockFile::isWherePathLeads);
        if (same.isPresent()) {
            verify(same.get());
            if (wasNeighbour) {
                dropCaches(same.get());
            }
            return same.get();
        }
        BlockFile opened;
        try {
            opened = files.open(path);
        } catch (IOException e) {
            why = PvFile.said(e);
            throw away();
        }
        boolean done = false;
        try {
            verify(opened);
            dropCaches(opened);
            done = true;
        } finally {
            if (!done) {
                opened.close();
            }
        }
        return opened;
    }

    /** Other hosts may have written to it meanwhile. */
    private static void dropCaches(BlockFile file) throws IOException {
        file.dropDeviceCache();
        file.dropCache(0, file.sizeBytes());
    }

    private Optional<BlockFile> throughNeighbour() {
        if (!mayGoOn()) {
            return Optional.empty();
        }
        try {
            NeighbourFile file = new NeighbourFile(path, around.relay().open(around.pv()));
            boolean done = false;
            try {
                verify(file);
                done = true;
            } finally {
                if (!done) {
                    file.close();
                }
            }
            LOG.warn("PV {} cannot be reached ({}): its I/O goes on through node {}", path, why, file.neighbour());
            return Optional.of(file);
        } catch (IOException e) {
            LOG.debug("PV {} is not reached through a neighbour: {}", path, e.getMessage());
            return Optional.empty();
        }
    }

    private void verify(BlockFile file) throws IOException {
        try {
            identity.mayReturn();
            identity.verify(file);
        } catch (IOException e) {
            why = PvFile.said(e);
            throw away();
        }
    }

    /** Looks whether the way that is used still is one. */
    void look() {
        BlockFile file = current;
        if (file != null && !file.isWherePathLeads()) {
            changing.lock();
            try {
                if (current == file) {
                    lose(file, "the path does not lead to it any more", true);
                    displaced = Optional.of(file);
                }
            } finally {
                changing.unlock();
            }
        } else if (file != null) {
            check(file);
        }
    }

    /** Whether the mark can still be read. */
    private boolean check(BlockFile file) {
        try {
            identity.verify(file);
            return true;
        } catch (IOException e) {
            retire(file, PvFile.said(e));
            return false;
        }
    }

    private void retire(BlockFile file, String reason) {
        changing.lock();
        try {
            if (current == file) {
                // What a call that returned has left in this host's memory may be lost with the way.
                lose(file, reason, file.isWriteThrough() || file instanceof NeighbourFile);
                leave(file);
            }
        } finally {
            changing.unlock();
        }
    }

    private void leave(BlockFile file) {
        if (file instanceof NeighbourFile neighbour) {
            neighbour.close();
        } else {
            earlier.add(file);
        }
    }

    private void lose(BlockFile file, String reason, boolean keeps) {
        why = reason;
        tried = false;
        kept = keeps;
        wasNeighbour = file instanceof NeighbourFile;
        current = null;
        LOG.error("PV {} cannot be reached{}: {}", path, wasNeighbour ? " through the neighbour" : "", reason);
    }

    /** Whether a call failed since the way is none any more; otherwise the error is the PV's own. */
    boolean isLost(BlockFile file, IOException e) {
        if (e instanceof PosixException posix && posix.noSpace()) {
            return false;
        }
        if (file instanceof NeighbourFile neighbour && neighbour.isOver()) {
            retire(file, PvFile.said(e));
            return true;
        }
        return !check(file);
    }

    /** If it goes through a neighbour, looks for the direct way without keeping anybody, and returns to it. */
    void lookForDirect() {
        BlockFile file = current;
        if (!(file instanceof NeighbourFile) || !looking.compareAndSet(false, true)) {
            return;
        }
        try {
            BlockFile found = direct();
            if (!takeBack(file, found)) {
                LOG.debug("PV {} still goes through a neighbour: calls are under way", path);
            }
        } catch (IOException e) {
            LOG.debug("PV {} still goes through a neighbour: {}", path, e.getMessage());
        } finally {
            looking.set(false);
        }
    }

    private boolean takeBack(BlockFile neighbour, BlockFile found) throws IOException {
        boolean taken = false;
        changing.lock();
        try {
            if (current != neighbour || closed) {
                return true;
            }
            current = null;
            if (calls.haveReturned()) {
                dropCaches(found);
                displaced.filter(other -> other != found).ifPresent(earlier::add);
                use(found);
                taken = true;
                neighbour.close();
            }
            return taken;
        } finally {
            if (!taken) {
                if (current == null && !closed) {
                    current = neighbour;
                }
                if (displaced.filter(other -> other == found).isEmpty()) {
                    found.close();
                }
            }
            changing.unlock();
        }
    }

    void close() throws IOException {
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
