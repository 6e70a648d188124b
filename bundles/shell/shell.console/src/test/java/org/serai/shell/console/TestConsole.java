package org.serai.shell.console;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;

/** A console on a socket, with Gogo and the demo commands, without a framework. */
final class TestConsole implements AutoCloseable {
    final DemoCommands demo = new DemoCommands();
    final Path socket;
    final CommandProcessorImpl processor = new CommandProcessorImpl();
    private final Console console;

    TestConsole(Path instance) {
        Path run = instance.resolve("run");
        socket = run.resolve("shell.sock");
        console = new Console(
                processor,
                (scope, name, function) -> {
                    processor.addCommand(scope, function, name);
                    return () -> processor.removeCommand(scope, name, function);
                },
                run,
                "/var/log/serai.log",
                "cec-a");
        console.add(demo);
        console.start();
    }

    /** Takes the demo commands away, as if their bundle were stopped. */
    void removeDemo() {
        console.remove(demo);
    }

    TestClient connect() throws IOException {
        return new TestClient(socket);
    }

    @Override
    public void close() {
        console.close();
        processor.stop();
    }
}
