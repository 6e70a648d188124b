package org.serai.shell.commands;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.serai.partition.Lpar;
import org.serai.shell.ShellError;

/** The last lines of a partition's console. */
record ConsoleLog(String lpar, String file, List<String> lines) {
    private static final long TAIL_BYTES_MAX = 1 << 20;

    /** Reads them from the log, which is on the node that runs the partition. */
    static ConsoleLog tail(Lpar lpar, int count) {
        String file = lpar.consoleLog()
                .orElseThrow(() -> ShellError.FAILED.error(
                        "partition " + lpar.name() + " has no console log",
                        "no node has run it yet",
                        "lpar:start " + lpar.name()));
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw ShellError.FAILED.error(
                    "the console log of partition " + lpar.name() + " cannot be read here",
                    file + " is not on this node",
                    "ask on node " + lpar.node().orElse("that ran it last"));
        }
        try (RandomAccessFile log = new RandomAccessFile(path.toFile(), "r")) {
            long from = Math.max(0, log.length() - TAIL_BYTES_MAX);
            byte[] bytes = new byte[(int) (log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return new ConsoleLog(
                    lpar.name(), file, all.subList(Math.max(0, all.size() - Math.max(0, count)), all.size()));
        } catch (IOException e) {
            throw ShellError.FAILED.error(
                    "the console log " + file + " cannot be read", e.getMessage(), "check the file system", e);
        }
    }

    /** The lines, without what would steer the reader's terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            line.codePoints()
                    .filter(point -> point == '\t' || !Character.isISOControl(point))
                    .forEach(text::appendCodePoint);
            text.append('\n');
        }
        return text.toString();
    }
}
