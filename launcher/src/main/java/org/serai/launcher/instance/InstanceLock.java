package org.serai.launcher.instance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import org.serai.platform.PlatformError;

/**
 * The lock that makes an instance run once. The kernel gives it back when the process ends, however it ends; the file
 * keeps the pid for whoever is refused.
 */
public final class InstanceLock implements AutoCloseable {
    private static final int PID_BYTES_MAX = 20;

    private final FileChannel channel;

    private InstanceLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock; {@link PlatformError#INSTANCE_IN_USE} names the holder. */
    public static InstanceLock take(Instance instance) {
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(
                    instance.run().resolve("lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw PlatformError.INSTANCE_IN_USE.error(
                        "The instance " + instance.directory() + " runs already",
                        "process " + holder(channel) + " holds its lock",
                        "use the running node, or stop it: serai stop --instance " + instance.directory());
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
            taken = true;
            return new InstanceLock(channel);
        } catch (IOException e) {
            throw PlatformError.BAD_INSTANCE.error(
                    "The lock of " + instance.directory() + " cannot be taken",
                    e.toString(),
                    "check the permissions of its folder run",
                    e);
        } finally {
            if (!taken && channel != null) {
                closeQuietly(channel);
            }
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException held) {
            return null; // by this very process
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(PID_BYTES_MAX);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), US_ASCII);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.err.println("The lock file could not be closed: " + e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
