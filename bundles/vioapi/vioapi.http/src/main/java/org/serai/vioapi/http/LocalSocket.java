package org.serai.vioapi.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.serai.vioapi.VioApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix socket {@code run/vioapi.sock}, mode 0600 in a folder of mode 0700. It listens from the start; what answers is
 * only made when somebody connects, so that a node that nobody asks pays for a socket and nothing else.
 */
final class LocalSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalSocket.class);
    /** The kernel's sun_path has 108 bytes with its end. */
    private static final int PATH_BYTES_MAX = 107;

    private static final int BACKLOG = 64;

    private final Path file;
    private final ServerSocketChannel channel;
    private final LocalPeers peers;
    private final Selector selector;

    private LocalSocket(Path file, ServerSocketChannel channel, LocalPeers peers, Selector selector) {
        this.file = file;
        this.channel = channel;
        this.peers = peers;
        this.selector = selector;
    }

    /** Listens; a socket left by a process that is gone is replaced. */
    static LocalSocket listen(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwx------"));
            if (Files.exists(file)) {
                requireStale(file);
                Files.delete(file);
            }
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try (ShortAddress address = ShortAddress.of(file)) {
                channel.bind(address.address(), BACKLOG);
            }
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_ACCEPT);
            return new LocalSocket(file, channel, LocalPeers.of(file), selector);
        } catch (IOException e) {
            throw VioApiError.NOT_LISTENING.error(
                    "The socket " + file + " of the VIOS API cannot be made",
                    e.getClass().getSimpleName() + ": " + e.getMessage(),
                    "check that the instance directory is on a local file system and writable",
                    e);
        }
    }

    private static void requireStale(Path file) throws IOException {
        try (ShortAddress address = ShortAddress.of(file);
                SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(address.address());
            throw new IOException("another process listens there");
        } catch (ConnectException nobodyListens) {
            LOG.debug("{} was left by a process that is gone", file);
        }
    }

    Path file() {
        return file;
    }

    ServerSocketChannel channel() {
        return channel;
    }

    LocalPeers peers() {
        return peers;
    }

    /** Returns true when somebody has connected and waits to be accepted; false when the socket is closed. */
    boolean awaitFirst() {
        try {
            while (selector.isOpen() && selector.select() == 0 && channel.isOpen()) {
                LOG.trace("nobody has connected");
            }
            boolean connected = selector.isOpen() && channel.isOpen();
            selector.close();
            if (connected) {
                channel.configureBlocking(true);
            }
            return connected;
        } catch (ClosedChannelException | ClosedSelectorException closed) {
            return false;
        } catch (IOException e) {
            LOG.warn("nobody can connect to {}: {}", file, e.toString());
            return false;
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("the socket {} could not be taken away: {}", file, e.toString());
        }
    }

    /** The address of a socket; a path that is too long for the kernel goes over a symbolic link while it is used. */
    private record ShortAddress(Path folder, UnixDomainSocketAddress address) implements AutoCloseable {
        private static final String LINK = "d";

        static ShortAddress of(Path file) throws IOException {
            if (file.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX) {
                return new ShortAddress(file, UnixDomainSocketAddress.of(file));
            }
            Path folder = Files.createTempDirectory("serai");
            Files.createSymbolicLink(folder.resolve(LINK), file.getParent());
            return new ShortAddress(
                    folder, UnixDomainSocketAddress.of(folder.resolve(LINK).resolve(file.getFileName())));
        }

        @Override
        public void close() throws IOException {
            if (Files.isDirectory(folder)) {
                Files.delete(folder.resolve(LINK));
                Files.delete(folder);
            }
        }
    }
}
