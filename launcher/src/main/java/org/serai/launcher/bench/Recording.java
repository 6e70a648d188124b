package org.serai.launcher.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A JFR recording of a JVM, by the processor time that methods take, the calls into the kernel included. */
final class Recording {
    private static final Path TOOLS = Path.of(System.getProperty("java.home"), "bin");
    private static final String NAME = "serai-bench";

    private final long pid;
    private final Path file;

    private Recording(long pid, Path file) {
        this.pid = pid;
        this.file = file;
    }

    static Recording of(long pid, Path file) throws IOException, InterruptedException {
        Shell.run(
                TOOLS.resolve("jcmd").toString(),
                Long.toString(pid),
                "JFR.start",
                "name=" + NAME,
                "settings=default",
                "jdk.CPUTimeSample#enabled=true",
                "jdk.CPUTimeSample#throttle=5ms",
                "maxsize=64m");
        return new Recording(pid, file.toAbsolutePath());
    }

    /** Ends it, and tells where the time went. */
    String end() throws IOException, InterruptedException {
        Shell.run(TOOLS.resolve("jcmd").toString(), Long.toString(pid), "JFR.stop", "name=" + NAME, "filename=" + file);
        return Shell.run(
                        TOOLS.resolve("jfr").toString(),
                        "view",
                        "--width",
                        "120",
                        "cpu-time-hot-methods",
                        file.toString())
                + "The recording is in " + file + ".\n";
    }
}
