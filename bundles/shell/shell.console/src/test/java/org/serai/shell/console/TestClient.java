package org.serai.shell.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Speaks the protocol as the client does, and gathers what comes. */
final class TestClient implements AutoCloseable {
    private static final int END = -1;
    private static final int MORE = -2;

    private final SocketChannel channel;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    /** What it sends when it is asked for its input, one piece at a time. */
    final Deque<byte[]> pieces = new ArrayDeque<>();

    TestClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    record Answer(String out, String err, int exitCode) {}

    static Answer exec(Path socket, String line, int columns) throws IOException {
        try (TestClient client = new TestClient(socket)) {
            client.hello('E', columns, "");
            client.send('C', line.getBytes(StandardCharsets.UTF_8));
            return client.answer();
        }
    }

    void hello(char mode, int columns, String term) throws IOException {
        byte[] name = (term + "\0/tmp").getBytes(StandardCharsets.UTF_8);
        ByteBuffer hello = ByteBuffer.allocate(6 + name.length);
        hello.put((byte) Protocol.VERSION)
                .put((byte) mode)
                .putShort((short) columns)
                .putShort((short) 24)
                .put(name);
        send('H', hello.array());
    }

    void send(char type, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(5 + payload.length);
        raw(frame.put((byte) type).putInt(payload.length).put(payload).flip());
    }

    void type(String keys) throws IOException {
        send('I', keys.getBytes(StandardCharsets.UTF_8));
    }

    void raw(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Reads to the exit code; -1 if the connection ends without one. */
    Answer answer() throws IOException {
        int exitCode = next();
        while (exitCode == MORE) {
            exitCode = next();
        }
        return new Answer(text(out), text(err), exitCode);
    }

    /** Takes a frame in: an exit code, or one of the two above. */
    private int next() throws IOException {
        ByteBuffer header = fill(ByteBuffer.allocate(5));
        if (header.hasRemaining()) {
            return END;
        }
        char type = (char) header.flip().get();
        ByteBuffer payload = fill(ByteBuffer.allocate(header.getInt())).flip();
        switch (type) {
            case 'O' -> out.writeBytes(payload.array());
            case 'E' -> err.writeBytes(payload.array());
            case 'R' -> send('I', pieces.isEmpty() ? new byte[0] : pieces.removeFirst());
            case 'X' -> {
                return Byte.toUnsignedInt(payload.get());
            }
            default -> throw new IOException("a frame of type " + type);
        }
        return MORE;
    }

    private ByteBuffer fill(ByteBuffer buffer) throws IOException {
        int length = 0;
        while (buffer.hasRemaining() && length >= 0) {
            length = channel.read(buffer);
        }
        return buffer;
    }

    /** Reads until the screen has shown that text. */
    void until(String shown) throws IOException {
        while (!text(out).contains(shown)) {
            if (next() != MORE) {
                throw new IOException("the session ended before it showed '" + shown + "', but: " + text(out));
            }
        }
    }

    /** What was shown so far. */
    String shown() {
        return text(out);
    }

    /** Forgets what was shown. */
    void forget() {
        out.reset();
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
