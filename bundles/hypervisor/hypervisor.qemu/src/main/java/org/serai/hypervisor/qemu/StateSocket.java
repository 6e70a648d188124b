package org.serai.hypervisor.qemu;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;

/** Moves a state stream through a Unix socket. No wait on the peer is longer than the time given; interrupts end all. */
final class StateSocket {
    private static final int BUFFER_BYTES = 256 << 10;

    private StateSocket() {}

    static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path)).configureBlocking(false);
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    static SocketChannel accept(ServerSocketChannel server, Duration timeout) throws IOException {
        try (Selector selector = selector(server, SelectionKey.OP_ACCEPT)) {
            for (SocketChannel channel = server.accept(); ; channel = server.accept()) {
                if (channel != null) {
                    return channel;
                }
                await(selector, timeout);
            }
        }
    }

    static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    /** Copies all that comes until the peer closes. The sink is given large pieces. */
    static void drain(SocketChannel from, WritableByteChannel sink, Duration stall) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        from.configureBlocking(false);
        try (Selector selector = selector(from, SelectionKey.OP_READ)) {
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                if (!buffer.hasRemaining()) {
                    pass(buffer, sink);
                } else if (count == 0) {
                    await(selector, stall);
                }
            }
        }
        pass(buffer, sink);
    }

    private static void pass(ByteBuffer buffer, WritableByteChannel sink) throws IOException {
        write(buffer.flip(), sink);
        buffer.clear();
    }

    /** Writes all of it. */
    static void write(ByteBuffer from, WritableByteChannel sink) throws IOException {
        while (from.hasRemaining()) {
            sink.write(from);
        }
    }

    /** Copies all of the source and closes the direction to the peer. */
    static void feed(ReadableByteChannel source, SocketChannel to, Duration stall) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        to.configureBlocking(false);
        try (Selector selector = selector(to, SelectionKey.OP_WRITE)) {
            while (source.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    if (to.write(buffer) == 0) {
                        await(selector, stall);
                    }
                }
                buffer.clear();
            }
        }
        to.shutdownOutput();
    }

    private static Selector selector(SelectableChannel channel, int operation) throws IOException {
        Selector selector = Selector.open();
        channel.register(selector, operation);
        return selector;
    }

    private static void await(Selector selector, Duration timeout) throws IOException {
        selector.selectedKeys().clear();
        if (selector.select(timeout.toMillis()) == 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
            throw new IOException("QEMU moved no byte of the state for " + timeout.toMillis() + " ms");
        }
    }
}
