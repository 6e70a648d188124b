package org.serai.shell.console;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The protocol between {@code serai-client} and the console. A frame is one byte of type, four bytes of length, most
 * significant first, and the payload. The client begins with a hello.
 */
final class Protocol {
    static final int VERSION = 1;
    /** Client: hello. */
    static final byte HELLO = 'H';
    /** Client: the line to run, UTF-8. */
    static final byte COMMAND = 'C';
    /** Client: what was typed; of a client that runs a line a piece of its input, when asked, and an empty one at its end. */
    static final byte INPUT = 'I';
    /** Client: the terminal's size, columns and rows, two bytes each. */
    static final byte WINDOW = 'W';
    /** Console: output. */
    static final byte OUT = 'O';
    /** Console: errors and progress. */
    static final byte ERR = 'E';
    /** Console: asks a client that runs a line for a piece of its input, with one byte of zero. */
    static final byte WANTED = 'R';
    /** Console: the end, with one byte of exit code. */
    static final byte EXIT = 'X';

    static final int HEADER_BYTES = 5;
    static final int HELLO_BYTES_MAX = 8192;
    static final int COMMAND_BYTES_MAX = 1 << 20;
    static final int INPUT_BYTES_MAX = 1 << 16;

    private Protocol() {}

    /** The longest payload that a client may send with a type; 0 for types that it may not send. */
    static int limit(byte type) {
        return switch (type) {
            case HELLO -> HELLO_BYTES_MAX;
            case COMMAND -> COMMAND_BYTES_MAX;
            case INPUT -> INPUT_BYTES_MAX;
            case WINDOW -> 4;
            default -> 0;
        };
    }

    /** A frame. */
    record Frame(byte type, ByteBuffer payload) {}

    /** What a client wants. */
    enum Mode {
        /** One line, then its exit code. */
        EXEC,
        /** An interactive session. */
        SHELL
    }

    /** The size of a terminal; zeros where there is none. */
    record Window(int columns, int rows) {
        static Window read(ByteBuffer payload) throws ProtocolException {
            try {
                return new Window(Short.toUnsignedInt(payload.getShort()), Short.toUnsignedInt(payload.getShort()));
            } catch (BufferUnderflowException e) {
                throw new ProtocolException("a window frame of less than four bytes", e);
            }
        }
    }

    /**
     * The first frame: version, mode ({@code 'E'} or {@code 'S'}), window, the value of TERM, and after a zero byte the
     * caller's working directory.
     */
    record Hello(Mode mode, Window window, String term, Path directory) {
        static Hello read(Frame frame) throws ProtocolException {
            if (frame.type() != HELLO) {
                throw new ProtocolException("the first frame is no hello");
            }
            ByteBuffer payload = frame.payload();
            try {
                int version = payload.get();
                if (version != VERSION) {
                    throw new ProtocolException(
                            "the client speaks version " + version + ", this node version " + VERSION);
                }
                Mode mode = switch (payload.get()) {
                    case 'E' -> Mode.EXEC;
                    case 'S' -> Mode.SHELL;
                    default -> throw new ProtocolException("a mode that is neither exec nor shell");
                };
                Window window = Window.read(payload);
                String[] texts =
                        StandardCharsets.UTF_8.decode(payload).toString().split("\0", 2);
                String term = texts[0].matches("[A-Za-z0-9._+-]+") ? texts[0] : "dumb";
                Path directory = Path.of(texts.length > 1 && texts[1].startsWith("/") ? texts[1] : "/");
                return new Hello(mode, window, term, directory);
            } catch (BufferUnderflowException | InvalidPathException e) {
                throw new ProtocolException("a hello that ends too early or names no directory", e);
            }
        }
    }
}
