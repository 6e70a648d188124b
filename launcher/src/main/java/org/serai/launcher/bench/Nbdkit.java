package org.serai.launcher.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** The peer of another protocol: nbdkit with a file, on an ephemeral port of the loopback address. */
final class Nbdkit implements AutoCloseable {
    private final Process daemon;
    private final int port;

    private Nbdkit(Process daemon, int port) {
        this.daemon = daemon;
        this.port = port;
    }

    static Nbdkit serving(Path file, long sizeBytes) throws IOException, InterruptedException {
        try (RandomAccessFile backing = new RandomAccessFile(file.toFile(), "rw")) {
            backing.setLength(sizeBytes);
        }
        int port = Ports.free();
        Process daemon = new ProcessBuilder(
                        "nbdkit", "-f", "-i", "127.0.0.1", "-p", Integer.toString(port), "file", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling("nbdkit.log").toFile())
                .start();
        Ports.await(port, daemon);
        return new Nbdkit(daemon, port);
    }

    String url() {
        return "nbd://127.0.0.1:" + port;
    }

    long pid() {
        return daemon.pid();
    }

    @Override
    public void close() {
        daemon.destroyForcibly();
        daemon.onExit().join();
    }
}
