package org.serai.hypervisor.qemu;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * The memory of a paused machine, which QEMU has in a memory file (memfd_create(2)): read and written here and not moved
 * by QEMU page by page through a socket. In a state it stands before QEMU's own stream, numbers big-endian:
 *
 * <pre>
 * magic 8 | size of the memory 8 | parts | -1 8
 * part    offset 8 | length 8 | data
 * </pre>
 *
 * Parts follow one another; what lies in none of them is zero and takes no memory.
 */
final class GuestMemory implements AutoCloseable {
    /** "SERAIMEM". */
    private static final long MAGIC = 0x5345_5241_494D_454DL;

    private static final long END = -1;
    private static final String FILE = "/memfd:" + CommandLine.MEMORY_FILE;
    private static final int MAPPED_BYTES = 16 << 20;
    /** Small enough to be still in the processor's cache when it is copied on. */
    private static final int COPIED_BYTES = 256 << 10;

    private final FileChannel channel;
    private final SparseFile parts;
    private final long sizeBytes;

    private GuestMemory(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        SparseFile sparse = null;
        try {
            sizeBytes = channel.size();
            sparse = new SparseFile(file);
        } finally {
            if (sparse == null) {
                channel.close();
            }
        }
        parts = sparse;
    }

    /** The memory of the machine of which these are the processes. */
    static GuestMemory of(List<Long> pids) throws IOException {
        for (long pid : pids) {
            Optional<Path> file = file(Path.of("/proc", Long.toString(pid), "fd"));
            if (file.isPresent()) {
                return new GuestMemory(file.get());
            }
        }
        throw new IOException("no process of the machine has its memory as " + FILE);
    }

    private static Optional<Path> file(Path descriptors) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : all) {
                if (isMemory(descriptor)) {
                    return Optional.of(descriptor);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isMemory(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith(FILE);
        } catch (NoSuchFileException e) {
            // Closed since it was listed.
            return false;
        }
    }

    /** Writes all of it. */
    void writeTo(WritableByteChannel sink) throws IOException {
        write(sink, ByteBuffer.allocate(16).putLong(MAGIC).putLong(sizeBytes).flip());
        for (long from = parts.dataFrom(0, sizeBytes); from < sizeBytes; ) {
            long end = parts.holeFrom(from, sizeBytes);
            write(
                    sink,
                    ByteBuffer.allocate(16).putLong(from).putLong(end - from).flip());
            for (long at = from; at < end; at += MAPPED_BYTES) {
                try (Arena arena = Arena.ofConfined()) {
                    write(
                            sink,
                            channel.map(MapMode.READ_ONLY, at, Math.min(MAPPED_BYTES, end - at), arena)
                                    .asByteBuffer());
                }
            }
            from = parts.dataFrom(end, sizeBytes);
        }
        write(sink, ByteBuffer.allocate(8).putLong(END).flip());
    }

    /** Fills all of it and leaves the source where QEMU's own stream begins. */
    void readFrom(ReadableByteChannel source) throws IOException {
        if (number(source) != MAGIC) {
            throw new IOException("the state does not begin with a machine's memory");
        }
        long size = number(source);
        if (size != sizeBytes) {
            throw new IOException("the state is of a machine with " + size + " bytes of memory and not " + sizeBytes);
        }
        parts.clear(sizeBytes);
        ByteBuffer buffer = ByteBuffer.allocateDirect(COPIED_BYTES);
        long done = 0;
        for (long from = number(source); from != END; from = number(source)) {
            long length = number(source);
            if (from < done || length <= 0 || length > sizeBytes - from) {
                throw new IOException("the state has " + length + " bytes of memory at " + from + " of " + sizeBytes);
            }
            done = from + length;
            for (long at = from; at < done; ) {
                fill(source, buffer.clear().limit((int) Math.min(COPIED_BYTES, done - at)));
                while (buffer.hasRemaining()) {
                    at += channel.write(buffer, at);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            parts.close();
        }
    }

    private static void write(WritableByteChannel sink, ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
            sink.write(from);
        }
    }

    private static long number(ReadableByteChannel source) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8);
        fill(source, bytes);
        return bytes.getLong();
    }

    private static void fill(ReadableByteChannel source, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (source.read(into) < 0) {
                throw new EOFException("the state ends within the machine's memory");
            }
        }
        into.flip();
    }
}
