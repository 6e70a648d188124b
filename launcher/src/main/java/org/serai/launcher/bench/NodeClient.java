package org.serai.launcher.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.serai.launcher.nodes.NodeProcess;

/** The script's client without the script: asks a node at a few milliseconds a question. */
final class NodeClient {
    private final String program = Path.of(
                    System.getProperty("serai.project"), "launcher", "target", "native", "serai-client")
            .toString();
    private final String socket;

    NodeClient(NodeProcess node) {
        this.socket = node.instance().resolve("run").resolve("shell.sock").toString();
    }

    String exec(String command) throws IOException, InterruptedException {
        return Shell.run(program, "exec", socket, command);
    }
}
