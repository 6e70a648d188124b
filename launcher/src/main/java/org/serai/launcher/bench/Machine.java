package org.serai.launcher.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on. */
final class Machine {
    private Machine() {}

    /** One line: processors, memory, kernel, Java, QEMU, and the file system of a folder. */
    static String describe(Path folder) throws IOException, InterruptedException {
        long memoryKb = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
        return "%d processors, %.0f GiB, Linux %s, Java %s, QEMU %s, %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        memoryKb / 1048576.0,
                        System.getProperty("os.version"),
                        System.getProperty("java.version"),
                        qemu(),
                        Files.getFileStore(folder).type());
    }

    private static String qemu() throws InterruptedException {
        try {
            return Shell.run("qemu-img", "--version")
                    .lines()
                    .findFirst()
                    .orElse("")
                    .replaceAll("[^0-9.]*([0-9.]+).*", "$1");
        } catch (IOException e) {
            return "none";
        }
    }
}
