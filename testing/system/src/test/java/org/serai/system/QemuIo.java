package org.serai.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code qemu-io}: reads and writes patterns by iSCSI as QEMU does. */
final class QemuIo {
    private QemuIo() {}

    /** Runs a command and a flush, and returns what was said. */
    static String run(String url, String command) throws IOException, InterruptedException {
        return said("qemu-io", "-f", "raw", "-t", "writeback", "-c", command, "-c", "flush", url);
    }

    /** As {@link #run}, on another host, and for that long at most: some faults leave a client without any answer. */
    static String run(Host from, Duration atMost, String url, String command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(from.inside());
        words.addAll(List.of("timeout", "--signal=KILL", atMost.toMillis() / 1000.0 + ""));
        words.addAll(List.of("qemu-io", "-f", "raw", "-t", "writeback", "-c", command, "-c", "flush", url));
        return said(words.toArray(String[]::new));
    }

    /** Runs a command on a disk that is opened for reading. */
    static String read(String url, String command) throws IOException, InterruptedException {
        return said("qemu-io", "-r", "-f", "raw", "-c", command, url);
    }

    private static String said(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
