package org.serai.storage.extent;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.io.Posix;
import org.serai.storage.extent.io.PosixException;

/** Files that can be taken away while they are open, and that count how often pages are read. */
public final class VanishingFiles implements BlockFiles {
    private final BlockFiles files;
    private final Set<Path> gone = ConcurrentHashMap.newKeySet();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong peeks = new AtomicLong();

    public VanishingFiles(BlockFiles files) {
        this.files = files;
    }

    /** From now on every call on the path's file fails; what is open now stays dead for ever. */
    void take(String path) {
        gone.add(Path.of(path));
    }

    void bring(String path) {
        gone.remove(Path.of(path));
    }

    /** How many times pages were read since the last call. */
    public long reads() {
        return reads.getAndSet(0);
    }

    /** How many times pages were read from the cache, where that may be, since the last call. */
    public long peeks() {
        return peeks.getAndSet(0);
    }

    private void require(Path path) throws IOException {
        if (gone.contains(path)) {
            throw new PosixException("open", 6);
        }
    }

    @Override
    public BlockFile open(Path path) throws IOException {
        require(path);
        BlockFile file = files.open(path);
        boolean[] dead = new boolean[1];
        return (BlockFile) Proxy.newProxyInstance(
                BlockFile.class.getClassLoader(), new Class<?>[] {BlockFile.class}, (_, method, arguments) -> {
                    dead[0] |= gone.contains(path);
                    boolean io = Set.of(method.getExceptionTypes()).contains(IOException.class);
                    if (io && dead[0] && !method.getName().equals("close")) {
                        throw new PosixException(method.getName(), Posix.EIO);
                    }
                    if (method.getName().equals("readPages")) {
                        reads.incrementAndGet();
                    }
                    if (method.getName().equals("peekPages")) {
                        peeks.incrementAndGet();
                    }
                    try {
                        return method.invoke(file, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public boolean exists(Path path) {
        return !gone.contains(path) && files.exists(path);
    }

    @Override
    public void make(Path path, long sizeBytes) throws IOException {
        files.make(path, sizeBytes);
    }

    @Override
    public void grow(Path path, long sizeBytes) throws IOException {
        files.grow(path, sizeBytes);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public void requireUnused(Path path) throws IOException {
        files.requireUnused(path);
    }
}
