package org.serai.storage.extent;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files and block devices of this host. */
final class PosixFiles implements BlockFiles {
    @Override
    public BlockFile open(Path path) throws IOException {
        return new PosixFile(path);
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
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
        if (Files.isDirectory(path)) {
            throw new IOException("it is a directory");
        }
        if (!Files.isRegularFile(path)) {
            Posix.close(Posix.open(path.toString(), Posix.O_RDWR | Posix.O_EXCL));
        }
    }
}
