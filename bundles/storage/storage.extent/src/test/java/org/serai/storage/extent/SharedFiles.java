package org.serai.storage.extent;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;

/** Files that pass for such as other hosts see too, one write of which can be made to hang. */
final class SharedFiles implements BlockFiles {
    static final Hang HANG = new Hang();

    private final BlockFiles files;

    SharedFiles(BlockFiles files) {
        this.files = files;
    }

    /** The next write of data hangs until it is let go. */
    static final class Hang {
        private CompletableFuture<Void> begun = CompletableFuture.completedFuture(null);
        private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

        /** What is returned is done when a write hangs. */
        synchronized CompletableFuture<Void> begin() {
            begun = new CompletableFuture<>();
            ended = new CompletableFuture<>();
            return begun;
        }

        void end() {
            synchronized (this) {
                ended.complete(null);
            }
        }

        private void meet() {
            CompletableFuture<Void> until;
            synchronized (this) {
                // One only.
                until = begun.complete(null) ? ended : CompletableFuture.completedFuture(null);
            }
            until.join();
        }
    }

    @Override
    public BlockFile open(Path path) throws IOException {
        BlockFile file = files.open(path);
        return (BlockFile) Proxy.newProxyInstance(
                BlockFile.class.getClassLoader(), new Class<?>[] {BlockFile.class}, (_, method, arguments) -> {
                    if (method.getName().equals("isWriteThrough")) {
                        return true;
                    }
                    if (method.getName().equals("writeData")) {
                        HANG.meet();
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
        return files.exists(path);
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
