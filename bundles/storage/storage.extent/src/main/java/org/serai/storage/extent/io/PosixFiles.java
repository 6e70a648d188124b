package org.serai.storage.extent.io;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files and block devices of this host. */
public final class PosixFiles implements BlockFiles {
    /** The bits of a mode that say what something is (POSIX, sys/stat.h, as Linux has them). */
    private static final int TYPE = 0xF000;

    private static final int FIFO = 0x1000;
    private static final int CHARACTER_DEVICE = 0x2000;
    private static final int DIRECTORY = 0x4000;
    private static final int SOCKET = 0xC000;

    @Override
    public BlockFile open(Path path) throws IOException {
        return new PosixFile(path);
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public Optional<String> oddity(Path path) {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode") & TYPE;
            return switch (mode) {
                case DIRECTORY -> Optional.of("a directory");
                case CHARACTER_DEVICE -> Optional.of("a character device, which keeps no blocks");
                case FIFO -> Optional.of("a named pipe");
                case SOCKET -> Optional.of("a socket");
                default -> Optional.empty();
            };
        } catch (IOException e) {
            return Optional.empty(); // opening it tells why
        }
    }

    @Override
    public void make(Path path, long sizeBytes) throws IOException {
        grow(path, sizeBytes);
    }

    @Override
    public void grow(Path path, long sizeBytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void requireUnused(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            Posix.close(Posix.open(path.toString(), Posix.O_RDWR | Posix.O_EXCL));
        }
    }
}
