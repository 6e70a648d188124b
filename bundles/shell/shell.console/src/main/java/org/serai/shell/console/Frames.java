package org.serai.shell.console;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.shell.console.Protocol.Frame;

/**
 * Frames over a socket. A thread of its own writes: were a command's thread to write, its interruption would close the
 * channel and with it the session.
 */
final class Frames implements AutoCloseable {
    private static final int WAITING_MAX = 64;

    private final SocketChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private final Thread writer;
    private boolean ended;

    Frames(SocketChannel channel) {
        this.channel = channel;
        this.writer = Thread.ofVirtual().name("shell-writer").start(this::writeAll);
    }

    /** The next frame; empty at the end of the connection. */
    Optional<Frame> read() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Protocol.HEADER_BYTES);
        if (!fill(header)) {
            return Optional.empty();
        }
        byte type = header.flip().get();
        int length = header.getInt();
        if (length < 0 || length > Protocol.limit(type)) {
            throw new ProtocolException("a frame of type " + type + " and " + Integer.toUnsignedString(length)
                    + " bytes, where " + Protocol.limit(type) + " are allowed");
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        return fill(payload) ? Optional.of(new Frame(type, payload.flip())) : Optional.empty();
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    /** A stream whose every write becomes a frame of that type. */
    OutputStream stream(byte type) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                send(type, new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                send(type, bytes, offset, length);
            }
        };
    }

    /** Hands a frame to the writer, waiting while too many wait already. */
    void send(byte type, byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        ByteBuffer frame = ByteBuffer.allocate(Protocol.HEADER_BYTES + length);
        frame.put(type).putInt(length).put(bytes, offset, length).flip();
        lock.lock();
        try {
            while (waiting.size() >= WAITING_MAX && !ended) {
                changed.await();
            }
            if (ended) {
                throw new ClosedChannelException();
            }
            waiting.add(frame);
            changed.signalAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client was slow");
        } finally {
            lock.unlock();
        }
    }

    /** Sends the exit code, waits until all is written, and closes. */
    void exit(int code) throws IOException {
        send(Protocol.EXIT, new byte[] {(byte) code}, 0, 1);
        end();
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void writeAll() {
        try {
            for (Optional<ByteBuffer> frame = next(); frame.isPresent(); frame = next()) {
                while (frame.get().hasRemaining()) {
                    channel.write(frame.get());
                }
            }
        } catch (IOException | InterruptedException e) {
            // The client is gone: whoever sends next is told, and the reader sees the end.
            end();
        }
    }

    private Optional<ByteBuffer> next() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !ended) {
                changed.await();
            }
            Optional<ByteBuffer> frame = Optional.ofNullable(waiting.poll());
            changed.signalAll();
            return frame;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        end();
        channel.close();
    }
}
