package org.serai.shell.console;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.serai.shell.ShellError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on a Unix socket that only its owner reaches: mode 0600 in a folder of mode 0700. */
final class SocketServer implements AutoCloseable {
    /** The kernel's sun_path has 108 bytes with its end. */
    private static final int PATH_BYTES_MAX = 107;

    private static final int CONNECTIONS_MAX = 64;

    private static final Logger log = LoggerFactory.getLogger(SocketServer.class);

    private final Path socket;
    private final Function<SocketChannel, Connection> connections;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final ServerSocketChannel server;

    /** Begins to listen; a socket left by a process that is gone is replaced. */
    SocketServer(Path socket, Function<SocketChannel, Connection> connections) {
        this.socket = socket;
        this.connections = connections;
        try {
            privateDirectory(socket.getParent());
            removeStale();
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            bind();
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw ShellError.NO_SOCKET.error(
                    "The shell's socket " + socket + " cannot be made",
                    e.getClass().getSimpleName() + ": " + e.getMessage(),
                    "check that the instance directory is on a local file system and writable",
                    e);
        }
        Thread.ofVirtual().name("shell-accept").start(this::acceptAll);
    }

    /** Makes a folder that only its owner can enter, whatever the umask is. */
    static void privateDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    private void removeStale() throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        if (answers()) {
            throw new IOException("another process listens there");
        }
        Files.delete(socket);
    }

    private boolean answers() throws IOException {
        try (Short address = new Short(socket);
                SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(address.address());
        } catch (java.net.ConnectException nobodyListens) {
            return false;
        }
    }

    private void bind() throws IOException {
        try (Short address = new Short(socket)) {
            server.bind(address.address());
        }
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                accept(server.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.warn("the shell's socket could not accept a connection: {}", e.toString());
            }
        }
    }

    private void accept(SocketChannel channel) throws IOException {
        if (open.size() >= CONNECTIONS_MAX) {
            log.warn("a shell client was dropped: {} are connected already", CONNECTIONS_MAX);
            channel.close();
            return;
        }
        Connection connection = connections.apply(channel);
        open.add(connection);
        Thread.ofVirtual().name("shell-connection").start(() -> {
            try {
                connection.run();
            } finally {
                open.remove(connection);
            }
        });
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            log.warn("the shell's socket {} could not be taken away: {}", socket, e.toString());
        }
        open.forEach(Connection::close);
    }

    /** The address of a socket; a path that is too long for the kernel goes over a symbolic link while it is used. */
    private static final class Short implements AutoCloseable {
        private final Path directory;
        private final UnixDomainSocketAddress address;

        Short(Path socket) throws IOException {
            boolean fits = socket.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX;
            directory = fits ? null : Files.createTempDirectory("serai");
            if (directory != null) {
                Files.createSymbolicLink(directory.resolve("d"), socket.getParent());
            }
            address = UnixDomainSocketAddress.of(
                    directory == null ? socket : directory.resolve("d").resolve(socket.getFileName()));
        }

        UnixDomainSocketAddress address() {
            return address;
        }

        @Override
        public void close() throws IOException {
            if (directory != null) {
                Files.delete(directory.resolve("d"));
                Files.delete(directory);
            }
        }
    }
}
