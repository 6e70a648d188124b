package org.serai.shell.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The standard input of a client that runs a line. The client is asked for each piece when a command reads: a line that
 * reads nothing takes nothing from the script in which it stands.
 */
final class ClientInput extends InputStream {
    private final Asking asking;
    private final BlockingQueue<ByteBuffer> arrived = new ArrayBlockingQueue<>(1);
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private boolean ended;
    private volatile boolean asked;

    ClientInput(Asking asking) {
        this.asking = asking;
    }

    /** Asks the client for a piece. */
    @FunctionalInterface
    interface Asking {
        void ask() throws IOException;
    }

    /** A piece has come; an empty one is the end. What was not asked for is dropped. */
    void arrived(ByteBuffer next) {
        if (asked) {
            asked = false;
            arrived.add(next);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!piece.hasRemaining() && !ended) {
            piece = next();
            ended = !piece.hasRemaining();
        }
        if (ended) {
            return -1;
        }
        int count = Math.min(length, piece.remaining());
        piece.get(bytes, offset, count);
        return count;
    }

    private ByteBuffer next() throws IOException {
        try {
            asked = true;
            asking.ask();
            return arrived.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client's input was awaited");
        }
    }

    @Override
    public int available() {
        return piece.remaining();
    }
}
