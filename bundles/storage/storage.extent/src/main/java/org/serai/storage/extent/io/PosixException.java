package org.serai.storage.extent.io;

import java.io.IOException;

/** A system call failed. */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /** A call failed with an error number. */
    public PosixException(String call, int errno) {
        super(call + " failed with " + name(errno));
        this.errno = errno;
    }

    /** The error number. */
    int errno() {
        return errno;
    }

    /** Whether the file system that holds the PV, and not the pool, has no space left. */
    public boolean noSpace() {
        return errno == Posix.ENOSPC || errno == Posix.EDQUOT;
    }

    private static String name(int errno) {
        return switch (errno) {
            case 1 -> "EPERM (not permitted)";
            case 2 -> "ENOENT (no such file)";
            case Posix.EIO -> "EIO (the device reported an error)";
            case 6 -> "ENXIO (the device is gone)";
            case 13 -> "EACCES (no permission)";
            case 14 -> "EFAULT (the buffer's memory is gone)";
            case Posix.EBUSY -> "EBUSY (in use, for example mounted)";
            case 19 -> "ENODEV (no such device)";
            case 21 -> "EISDIR (a directory)";
            case Posix.EINVAL -> "EINVAL (not supported here)";
            case Posix.ENOSPC -> "ENOSPC (no space left)";
            case 30 -> "EROFS (read-only)";
            case 95 -> "EOPNOTSUPP (not supported here)";
            case Posix.EDQUOT -> "EDQUOT (quota used up)";
            default -> "error number " + errno;
        };
    }
}
