package org.serai.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** {@code qemu-io}: reads and writes patterns by iSCSI as QEMU does. */
final class QemuIo {
    private QemuIo() {}

    /** Runs a command and a flush, and returns what was said. */
    static String run(String url, String command) throws IOException, InterruptedException {
        return said("qemu-io", "-f", "raw", "-t", "writeback", "-c", command, "-c", "flush", url);
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
