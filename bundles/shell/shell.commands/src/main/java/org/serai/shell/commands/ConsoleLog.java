package org.serai.shell.commands;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.serai.partition.Lpar;
import org.serai.partition.LparState;
import org.serai.shell.ShellError;

/** The last lines of a partition's console. */
record ConsoleLog(String lpar, String file, List<String> lines) {
    private static final long TAIL_BYTES_MAX = 1 << 20;

    /**
     * Reads them from the log, which is on the node that runs the partition or ran it last.
     *
     * @param self the name of this node
     */
    static ConsoleLog tail(Lpar lpar, String self, int count) {
        String file = lpar.consoleLog().orElseThrow(() -> noneOf(lpar, self));
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw ShellError.FAILED.error(
                    "The console log of partition " + lpar.name() + " cannot be read here",
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
                    "The console log " + file + " cannot be read", e.getMessage(), "check the file system", e);
        }
    }

    /** Only the node that runs a partition, or ran it last, knows where its log is. */
    private static SeraiException noneOf(Lpar lpar, String self) {
        String what = "The console log of partition " + lpar.name() + " cannot be read here";
        Optional<String> other = lpar.node().filter(node -> !node.equals(self));
        if (other.isPresent()) {
            return ShellError.FAILED.error(
                    what,
                    "it is kept by the node that "
                            + (lpar.state() == LparState.RUNNING ? "runs the partition, " : "ran it last, ")
                            + other.get(),
                    "lpar:console " + lpar.name() + " on that node");
        }
        return ShellError.FAILED.error(
                what,
                lpar.node().isPresent() ? "it is not there any more" : "the partition has not run yet",
                "a log is written from its next start on; lpar:info " + lpar.name() + " shows the state");
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
