package org.serai.hypervisor.qemu;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.serai.hypervisor.MachineSpec.IscsiDisk;

/** The iSCSI target of the Debian package tgt, with one LUN and one CHAP account, on an ephemeral port. */
final class TgtServer implements AutoCloseable {
    static final String TARGET = "iqn.2026-01.org.serai.test:disk";
    static final String INITIATOR = "iqn.2026-01.org.serai.test:guest";
    static final String USER = "guest";
    static final String SECRET = "a-secret-of-this-start";

    private final Path directory;
    private final int port;
    private final Process daemon;
    /** tgtd keeps its control socket at a fixed place, told apart by a number. */
    private final String control;

    TgtServer(Path directory, long sizeBytes) throws IOException {
        this.directory = directory;
        this.port = freePort();
        this.control = Integer.toString(port % 32_000 + 1);
        Path image = directory.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
        daemon = new ProcessBuilder("tgtd", "-f", "-C", control, "--iscsi", "portal=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("tgtd.log").toFile())
                .start();
        await().until(() -> admin("--mode", "target", "--op", "show") == 0);
        configure("target", "new", "--tid", "1", "-T", TARGET);
        configure("logicalunit", "new", "--tid", "1", "--lun", "1", "-b", image.toString());
        configure("account", "new", "--user", USER, "--password", SECRET);
        configure("account", "bind", "--tid", "1", "--user", USER);
        configure("target", "bind", "--tid", "1", "-Q", INITIATOR);
    }

    IscsiDisk disk(String secret) {
        return new IscsiDisk(3, "127.0.0.1:" + port, TARGET, 1, INITIATOR, USER, secret);
    }

    private void configure(String mode, String operation, String... rest) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--mode", mode, "--op", operation));
        arguments.addAll(List.of(rest));
        if (admin(arguments.toArray(String[]::new)) != 0) {
            close();
            throw new AssertionError("tgtadm " + arguments + ": " + Files.readString(directory.resolve("tgtadm.log")));
        }
    }

    private int admin(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("tgtadm", "-C", control, "--lld", "iscsi"));
        line.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("tgtadm.log").toFile())
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** The text of block n, without the zeros. */
    String block(long number) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("disk.img").toFile(), "r")) {
            byte[] bytes = new byte[512];
            file.seek(number * bytes.length);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        daemon.destroyForcibly();
        daemon.onExit().join();
    }
}
