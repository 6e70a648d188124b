package org.serai.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A host's path to a disk that all hosts share: a process of the host's own (qemu-storage-daemon, with a FUSE export)
 * through which all its I/O goes. While that is stopped the storage does not answer; when it is killed, whatever waits in
 * the path is lost and all I/O fails.
 */
final class StoragePath implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Host host;
    private final Path disk;
    private final Path seenAs;
    private Process path;

    /**
     * A path that works.
     *
     * @param disk a file of the disk's size
     * @param seenAs an empty file, over which this host sees the disk
     */
    StoragePath(Host host, Path disk, Path seenAs) {
        this.host = host;
        this.disk = disk;
        this.seenAs = seenAs;
        this.path = connect();
    }

    private Process connect() {
        List<String> command = new ArrayList<>(host.inside());
        command.addAll(List.of(
                "qemu-storage-daemon",
                "--blockdev",
                "driver=file,node-name=disk,cache.direct=on,locking=off,discard=unmap,filename=" + disk,
                "--export",
                "type=fuse,id=path,node-name=disk,writable=on,mountpoint=" + seenAs));
        try {
            Process started = new ProcessBuilder(command).inheritIO().start();
            await().atMost(SOON).until(() -> !started.isAlive() || isThere());
            if (!started.isAlive()) {
                throw new AssertionError(
                        "A file cannot be shown to a host by FUSE here: see what qemu-storage-daemon says");
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("qemu-storage-daemon cannot be run", e);
        }
    }

    private boolean isThere() {
        return host.run("stat", "--format=%s", seenAs.toString()).length() > 1;
    }

    /** Lets nothing be answered, until {@link #goOn}. */
    void stall() {
        signal("STOP");
    }

    /** Answers what waits, and goes on. */
    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        host.run("kill", "-" + name, Long.toString(path.pid()));
    }

    /** Cuts it: what waits in it fails, and everything after it. */
    void cut() {
        path.destroyForcibly().onExit().join();
    }

    /** Gives it back after {@link #cut}. */
    void giveBack() {
        host.run("umount", "--lazy", seenAs.toString());
        path = connect();
    }

    @Override
    public void close() {
        path.destroyForcibly();
    }
}
