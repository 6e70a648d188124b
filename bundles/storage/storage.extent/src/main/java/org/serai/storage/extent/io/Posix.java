package org.serai.storage.extent.io;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * The system calls that a PV needs. Not {@code FileChannel}: that one closes itself, and with it the PV of every LU,
 * when any thread that uses it is interrupted. Addresses go as numbers, so that a call allocates nothing.
 */
@SuppressWarnings("restricted")
public final class Posix {
    static final int O_RDWR = 2;
    static final int O_EXCL = 0x80;
    static final int O_DSYNC = 0x1000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_DIRECT = directFlag(System.getProperty("os.arch"));
    static final int EINTR = 4;
    /** The device reported an error. */
    public static final int EIO = 5;

    static final int EBUSY = 16;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EDQUOT = 122;
    static final int FALLOC_KEEP_SIZE = 1;
    static final int FALLOC_PUNCH_HOLE = 2;
    static final int FALLOC_ZERO_RANGE = 16;

    private static final int FADV_RANDOM = 1;
    private static final int FADV_DONTNEED = 4;
    private static final int SEEK_END = 2;
    private static final int SYNC_FILE_RANGE_WRITE = 2;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int LOCK_UN = 8;
    private static final long BLKFLSBUF = 0x1261;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = ERRNO_LAYOUT
            .varHandle(MemoryLayout.PathElement.groupElement("errno"))
            .withInvokeExactBehavior();
    /** One cell for each of many threads; two that share one and fail at once may tell each other's reason. */
    private static final MemorySegment[] CELLS = cells();

    private static final MethodHandle OPEN = call(
            "open",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = call("close", ints(1));
    private static final MethodHandle FDATASYNC = call("fdatasync", ints(1));
    private static final MethodHandle FLOCK = call("flock", ints(2));
    private static final MethodHandle PREAD = plain("pread", io());
    private static final MethodHandle PWRITE = plain("pwrite", io());
    private static final MethodHandle PREAD_TELLING = call("pread", io());
    private static final MethodHandle PWRITE_TELLING = call("pwrite", io());
    private static final MethodHandle FALLOCATE = call(
            "fallocate",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle FADVISE = call(
            "posix_fadvise",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT));
    private static final MethodHandle SYNC_FILE_RANGE = call(
            "sync_file_range",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT));
    private static final MethodHandle LSEEK = call(
            "lseek",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle IOCTL = call(
            "ioctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(2));

    private Posix() {}

    static int open(String path, int flags) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path, StandardCharsets.UTF_8);
            int fd = (int) OPEN.invokeExact(cell(), name, flags | O_CLOEXEC, 0);
            if (fd < 0) {
                throw new PosixException("open", errno());
            }
            return fd;
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void close(int fd) throws PosixException {
        done("close", intCall(CLOSE, fd));
    }

    static void fdatasync(int fd) throws PosixException {
        done("fdatasync", intCall(FDATASYNC, fd));
    }

    /** Whether the exclusive lock of the open file could be had at once. */
    static boolean tryLock(int fd) {
        try {
            return (int) FLOCK.invokeExact(cell(), fd, LOCK_EX_NB) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Gives the lock back, which nobody can refuse. */
    static int unlock(int fd) {
        try {
            return (int) FLOCK.invokeExact(cell(), fd, LOCK_UN);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the bytes read, or the negated error number. */
    static long pread(int fd, long address, long length, long offset) {
        try {
            long n = (long) PREAD.invokeExact(fd, address, length, offset);
            if (n < 0) {
                // Done again to learn the reason: asking for it each time would allocate.
                n = (long) PREAD_TELLING.invokeExact(cell(), fd, address, length, offset);
            }
            return n < 0 ? -errno() : n;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the bytes written, or the negated error number. */
    static long pwrite(int fd, long address, long length, long offset) {
        try {
            long n = (long) PWRITE.invokeExact(fd, address, length, offset);
            if (n < 0) {
                // Done again to learn the reason: asking for it each time would allocate.
                n = (long) PWRITE_TELLING.invokeExact(cell(), fd, address, length, offset);
            }
            return n < 0 ? -errno() : n;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Returns 0, or the negated error number. */
    static int fallocate(int fd, int mode, long offset, long length) {
        try {
            return (int) FALLOCATE.invokeExact(cell(), fd, mode, offset, length) == 0 ? 0 : -errno();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Drops clean pages of the range from this host's cache, as far as the kernel likes. */
    static int dropRange(int fd, long offset, long length) {
        try {
            return (int) FADVISE.invokeExact(cell(), fd, offset, length, FADV_DONTNEED);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** What is read of the open file brings nothing beside it into this host's cache; a hint. */
    static int readSparsely(int fd) {
        try {
            return (int) FADVISE.invokeExact(cell(), fd, 0L, 0L, FADV_RANDOM);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Begins to write what is dirty in the range, and waits for nothing: errors are told by the next fdatasync. */
    static int beginWriteBack(int fd, long offset, long length) {
        try {
            return (int) SYNC_FILE_RANGE.invokeExact(cell(), fd, offset, length, SYNC_FILE_RANGE_WRITE);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Drops everything of a block device from this host's cache. */
    static void dropDevice(int fd) throws PosixException {
        try {
            done("ioctl BLKFLSBUF", (int) IOCTL.invokeExact(cell(), fd, BLKFLSBUF, 0L));
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The size of a file or block device. */
    static long size(int fd) throws PosixException {
        try {
            long end = (long) LSEEK.invokeExact(cell(), fd, 0L, SEEK_END);
            if (end < 0) {
                throw new PosixException("lseek", errno());
            }
            return end;
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static int intCall(MethodHandle call, int fd) {
        try {
            return (int) call.invokeExact(cell(), fd);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void done(String call, int result) throws PosixException {
        if (result != 0) {
            throw new PosixException(call, errno());
        }
    }

    private static int errno() {
        return (int) ERRNO.get(cell(), 0L);
    }

    private static MemorySegment cell() {
        return CELLS[(int) Thread.currentThread().threadId() & CELLS.length - 1];
    }

    private static MemorySegment[] cells() {
        MemorySegment[] cells = new MemorySegment[256];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = Arena.global().allocate(ERRNO_LAYOUT);
        }
        return cells;
    }

    private static FunctionDescriptor ints(int count) {
        MemoryLayout[] arguments = new MemoryLayout[count];
        java.util.Arrays.fill(arguments, ValueLayout.JAVA_INT);
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
    }

    private static FunctionDescriptor io() {
        return FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG);
    }

    private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker.Option[] all = java.util.Arrays.copyOf(options, options.length + 1);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
    }

    private static MethodHandle plain(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
    }

    private static int directFlag(String architecture) {
        return switch (architecture) {
            case "aarch64", "arm" -> 0x10000;
            case "ppc64", "ppc64le" -> 0x20000;
            default -> 0x4000;
        };
    }
}
