package org.serai.hypervisor.qemu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What the Java library does not tell of a file: which parts of it have ever been written (lseek(2), fallocate(2)). */
@SuppressWarnings("restricted")
final class SparseFile implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int KEEP_SIZE_AND_PUNCH_HOLE = 1 | 2;
    private static final int ENXIO = 6;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN = call(
            "open",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle LSEEK = call(
            "lseek",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle FALLOCATE = call(
            "fallocate",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle CLOSE =
            call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(ERRNO_LAYOUT);
    private final Path path;
    private final int fd;

    /** Opens it; to be used by this thread only. */
    SparseFile(Path path) throws IOException {
        this.path = path;
        int opened = -1;
        try {
            opened = (int) invoke(OPEN, state, name(), O_RDWR | O_CLOEXEC, 0);
        } finally {
            if (opened < 0) {
                arena.close();
            }
        }
        this.fd = opened;
    }

    private MemorySegment name() {
        return arena.allocateFrom(path.toString(), StandardCharsets.UTF_8);
    }

    /** Where the next data are at or after a place; the given end if there are none. */
    long dataFrom(long offset, long end) throws IOException {
        return seek(offset, SEEK_DATA, end);
    }

    /** Where the data that lie at a place end. */
    long holeFrom(long offset, long end) throws IOException {
        return seek(offset, SEEK_HOLE, end);
    }

    /** Makes all of it read as zero and gives its memory back. */
    void clear(long length) throws IOException {
        invoke(FALLOCATE, state, fd, KEEP_SIZE_AND_PUNCH_HOLE, 0L, length);
    }

    @Override
    public void close() throws IOException {
        try (arena) {
            invoke(CLOSE, state, fd);
        }
    }

    private long seek(long offset, int whence, long end) throws IOException {
        try {
            return Math.min(end, invoke(LSEEK, state, fd, offset, whence));
        } catch (ErrnoException e) {
            if (e.errno == ENXIO) {
                return end;
            }
            throw e;
        }
    }

    private long invoke(MethodHandle call, Object... arguments) throws IOException {
        long result;
        try {
            result = ((Number) call.invokeWithArguments(arguments)).longValue();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (result < 0) {
            throw new ErrnoException(path, (int) ERRNO.get(state, 0L));
        }
        return result;
    }

    private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... more) {
        Linker.Option[] options = java.util.Arrays.copyOf(more, more.length + 1);
        options[more.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type, options);
    }

    /** A system call that failed. */
    private static final class ErrnoException extends IOException {
        private static final long serialVersionUID = 1L;
        private final int errno;

        ErrnoException(Path path, int errno) {
            super(path + ": error " + errno);
            this.errno = errno;
        }
    }
}
