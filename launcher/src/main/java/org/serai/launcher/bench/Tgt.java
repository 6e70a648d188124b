package org.serai.launcher.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** The peer: tgtd with one LU on a file, on an ephemeral port of the loopback address. */
final class Tgt implements AutoCloseable {
    private static final String TARGET = "iqn.2026-11.org.serai:peer";

    private static final int CONTROL_PORT_MAX = 32_000;

    private final Process daemon;
    private final int port;

    private Tgt(Process daemon, int port) {
        this.daemon = daemon;
        this.port = port;
    }

    static Tgt serving(Path file, long sizeBytes) throws IOException, InterruptedException {
        try (RandomAccessFile backing = new RandomAccessFile(file.toFile(), "rw")) {
            backing.setLength(sizeBytes);
        }
        int port = Ports.free();
        String control = Integer.toString(1 + port % CONTROL_PORT_MAX);
        Process daemon = new ProcessBuilder("tgtd", "-f", "-C", control, "--iscsi", "portal=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling("tgtd.log").toFile())
                .start();
        Tgt tgt = new Tgt(daemon, port);
        Ports.await(port, daemon);
        Shell.run(
                "tgtadm", "-C", control, "--lld", "iscsi", "--op", "new", "--mode", "target", "--tid", "1", "-T",
                TARGET);
        Shell.run(
                "tgtadm",
                "-C",
                control,
                "--lld",
                "iscsi",
                "--op",
                "new",
                "--mode",
                "logicalunit",
                "--tid",
                "1",
                "--lun",
                "1",
                "-b",
                file.toString());
        Shell.run(
                "tgtadm", "-C", control, "--lld", "iscsi", "--op", "bind", "--mode", "target", "--tid", "1", "-I",
                "ALL");
        return tgt;
    }

    String url() {
        return "iscsi://127.0.0.1:" + port + "/" + TARGET + "/1";
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
