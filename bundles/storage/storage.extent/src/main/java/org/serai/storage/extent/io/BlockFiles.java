package org.serai.storage.extent.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the files and block devices of PVs are found, made and removed. */
public interface BlockFiles {
    BlockFile open(Path path) throws IOException;

    boolean exists(Path path);

    /** What a path is if by its kind it can never be a PV; such a thing is not even opened. */
    default Optional<String> oddity(Path path) {
        return Optional.empty();
    }

    /** Makes a file of that size that reads as zero. */
    void make(Path path, long sizeBytes) throws IOException;

    /** Makes a file longer; what is added reads as zero. */
    void grow(Path path, long sizeBytes) throws IOException;

    /** Removes a file; that it is not there is no error. */
    void delete(Path path) throws IOException;

    /** Fails if the path is a block device that is mounted or in use otherwise. */
    void requireUnused(Path path) throws IOException;
}
