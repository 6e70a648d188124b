package org.serai.launcher.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A plain QEMU with its human monitor on standard input and output: the peer of hibernation. */
final class Monitor implements AutoCloseable {
    private static final String PROMPT = "(qemu) ";

    private final Process qemu;
    private final InputStream out;
    private final OutputStream in;

    /** Starts QEMU and waits for the first prompt. */
    Monitor(List<String> command) throws IOException {
        qemu = new ProcessBuilder(command).redirectErrorStream(true).start();
        out = qemu.getInputStream();
        in = qemu.getOutputStream();
        awaitPrompt();
    }

    /** Runs a command and returns what was said when the next prompt comes. */
    String command(String text) throws IOException {
        in.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        return awaitPrompt();
    }

    private String awaitPrompt() throws IOException {
        StringBuilder said = new StringBuilder();
        while (!said.toString().endsWith(PROMPT)) {
            int read = out.read();
            if (read < 0) {
                throw new IllegalStateException("QEMU ended: " + said);
            }
            said.append((char) read);
        }
        return said.toString();
    }

    @Override
    public void close() {
        qemu.destroyForcibly();
        qemu.onExit().join();
    }
}
