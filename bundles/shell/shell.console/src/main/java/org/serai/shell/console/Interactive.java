package org.serai.shell.console;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.serai.shell.console.Protocol.Hello;
import org.serai.shell.console.Protocol.Window;

/** An interactive session: JLine's line reader over a terminal whose keyboard and screen are at the client. */
final class Interactive implements AutoCloseable {
    private static final int HISTORY_LINES = 2000;
    private static final int DEFAULT_COLUMNS = 80;
    private static final int DEFAULT_ROWS = 24;
    private static final int SCREEN_BUFFER_BYTES = 8192;

    private final LineDisciplineTerminal terminal;
    private final LineReader reader;
    private final CommandSession session;
    private final Line lines;
    private final String prompt;
    private volatile boolean closed;

    /** What sessions need of the node. */
    record Factory(CommandProcessor processor, Line lines, Completions completions, Path history, String prompt) {
        Interactive open(Hello hello, OutputStream screen) throws IOException {
            return new Interactive(this, hello, screen);
        }
    }

    private Interactive(Factory node, Hello hello, OutputStream screen) throws IOException {
        this.lines = node.lines();
        this.prompt = node.prompt();
        this.terminal = new LineDisciplineTerminal(
                "serai", hello.term(), new BufferedOutputStream(screen, SCREEN_BUFFER_BYTES), StandardCharsets.UTF_8);
        setSize(hello.window());
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("serai")
                .completer(node.completions())
                .parser(Completions.parser())
                .history(new DefaultHistory())
                .variable(LineReader.HISTORY_FILE, node.history())
                .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
                // A join token is a secret.
                .variable(LineReader.HISTORY_IGNORE, "*cluster\\:join*")
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        bindArrows();
        this.session = node.processor().createSession(terminal.input(), terminal.output(), terminal.output());
        Line.prepare(session, hello.directory(), terminal::getWidth);
        Line.atKeyboard(session);
        terminal.handle(Signal.INT, signal -> interrupt());
    }

    /** The arrow keys of a terminal that does not follow JLine into its application mode. */
    private void bindArrows() {
        KeyMap<Binding> keys = reader.getKeyMaps().get(LineReader.MAIN);
        keys.bind(new Reference(LineReader.UP_LINE_OR_HISTORY), "\033[A");
        keys.bind(new Reference(LineReader.DOWN_LINE_OR_HISTORY), "\033[B");
        keys.bind(new Reference(LineReader.FORWARD_CHAR), "\033[C");
        keys.bind(new Reference(LineReader.BACKWARD_CHAR), "\033[D");
    }

    /** Reads and runs lines to the end of the session; returns the exit code of the last. */
    int run() {
        PrintStream out = new PrintStream(terminal.output(), true, StandardCharsets.UTF_8);
        int exitCode = 0;
        while (!closed) {
            try {
                String line = reader.readLine(prompt);
                if (!line.isBlank()) {
                    exitCode = lines.run(session, line, out, out);
                }
            } catch (UserInterruptException e) {
                exitCode = ErrorReport.CANCELLED;
            } catch (EndOfFileException e) {
                return exitCode;
            } catch (SessionEnd end) {
                return end.exitCode();
            } catch (IllegalStateException e) {
                if (closed) {
                    return exitCode;
                }
                throw e;
            }
        }
        return exitCode;
    }

    /** What was typed goes through the line discipline, where Ctrl-C becomes a signal while a command runs. */
    void typed(byte[] bytes) throws IOException {
        terminal.processInputBytes(bytes);
    }

    void resize(Window window) {
        setSize(window);
        terminal.raise(Signal.WINCH);
    }

    private void setSize(Window window) {
        // A terminal of unknown size, as scripts make them, reports zeros.
        terminal.setSize(new Size(
                window.columns() == 0 ? DEFAULT_COLUMNS : window.columns(),
                window.rows() == 0 ? DEFAULT_ROWS : window.rows()));
    }

    private void interrupt() {
        Job job = session.foregroundJob();
        if (job != null) {
            job.interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        interrupt();
        session.close();
        terminal.close();
    }
}
