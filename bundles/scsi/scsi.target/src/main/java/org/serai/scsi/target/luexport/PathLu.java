package org.serai.scsi.target.luexport;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.serai.ffdc.SeraiException;
import org.serai.storage.OpenLu;
import org.serai.storage.PoolSpace;
import org.serai.storage.Range;
import org.serai.storage.StorageError;

/**
 * The LU of a path: what this node has open, as long as it has. Whoever takes it away makes sure before that no command is
 * within a call.
 */
final class PathLu implements OpenLu {
    private final String name;
    private final LongSupplier sizeBytes;
    private final LuExportRow row;

    /** What is open; null while it is not, on the way of every I/O. */
    private volatile OpenLu open;

    /**
     * An LU that is not open.
     *
     * @param sizeBytes its size as the catalog has it
     * @param row what its driver can do
     */
    PathLu(String name, LongSupplier sizeBytes, LuExportRow row) {
        this.name = name;
        this.sizeBytes = sizeBytes;
        this.row = row;
    }

    void opened(OpenLu now) {
        open = now;
    }

    /** What was open, which is the caller's to close now. */
    Optional<OpenLu> take() {
        Optional<OpenLu> was = Optional.ofNullable(open);
        open = null;
        return was;
    }

    private OpenLu open() {
        OpenLu now = open;
        if (now == null) {
            throw elsewhere();
        }
        return now;
    }

    private SeraiException elsewhere() {
        return StorageError.LU_CLOSED.error(
                "LU " + name + " cannot be used here now",
                "another node has it, or is about to take it",
                "use the path through that node; target:list shows which one it is");
    }

    @Override
    public long sizeBytes() {
        OpenLu now = open;
        return now == null ? sizeBytes.getAsLong() : now.sizeBytes();
    }

    @Override
    public boolean givesBack() {
        return row.givesBack();
    }

    @Override
    public int atomicBytes() {
        return row.atomicBytes();
    }

    @Override
    public void writeAtomically(long offset, ByteBuffer from) {
        open().writeAtomically(offset, from);
    }

    @Override
    public long epoch() {
        return open().epoch();
    }

    @Override
    public boolean isReadOnly() {
        OpenLu now = open;
        return now != null && now.isReadOnly();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        open().read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        open().write(offset, from);
    }

    @Override
    public void expectWrites(long offset, long length) {
        open().expectWrites(offset, length);
    }

    @Override
    public void flush() {
        open().flush();
    }

    @Override
    public void discard(long offset, long length) {
        open().discard(offset, length);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        open().writeZeroes(offset, length, giveBack);
    }

    @Override
    public Range rangeAt(long offset) {
        return open().rangeAt(offset);
    }

    @Override
    public long usedBytes() {
        return open().usedBytes();
    }

    @Override
    public Optional<PoolSpace> poolSpace() {
        OpenLu now = open;
        return now == null ? Optional.empty() : now.poolSpace();
    }

    @Override
    public void close() {
        take().ifPresent(OpenLu::close);
    }
}
