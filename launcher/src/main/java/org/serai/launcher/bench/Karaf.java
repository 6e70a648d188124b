package org.serai.launcher.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The peer: Apache Karaf's minimal distribution, the same framework and shell with nothing to serve, on a Java that it runs
 * on. Its shell is reached by SSH, here on an ephemeral port of the loopback address.
 */
final class Karaf {
    private final Path home;
    private final Path java;
    private final int port;

    private Karaf(Path home, Path java, int port) {
        this.home = home;
        this.java = java;
        this.port = port;
    }

    /** Makes a copy of the distribution that the script has fetched, and starts it once to fill its cache. */
    static Karaf in(Path folder) throws IOException, InterruptedException {
        Path home = folder.resolve("karaf");
        Shell.run("cp", "-r", property("serai.karaf"), home.toString());
        int port = Ports.free();
        Path shell = home.resolve("etc/org.apache.karaf.shell.cfg");
        Files.writeString(
                shell,
                Files.readString(shell)
                        .replaceFirst("sshPort *=.*", "sshPort = " + port)
                        .replaceFirst("sshHost *=.*", "sshHost = 127.0.0.1"));
        Karaf karaf = new Karaf(home, Path.of(property("serai.karaf.java")), port);
        karaf.start().close();
        return karaf;
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set: start this by launcher/serai bench platform");
        }
        return value;
    }

    /** Returns when its shell can be reached. */
    Running start() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/karaf").toString(), "server")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("out.log").toFile());
        builder.environment().put("JAVA_HOME", java.toString());
        Process script = builder.start();
        Ports.await(port, script);
        return new Running(script, (System.nanoTime() - begun) / 1e6);
    }

    /** A Karaf that runs; {@link #close} ends it in order. */
    record Running(Process script, double startMs) implements AutoCloseable {
        private List<ProcessHandle> processes() {
            return script.descendants().toList();
        }

        double residentMb() throws IOException {
            double most = 0;
            for (ProcessHandle process : processes()) {
                most = Math.max(most, Shell.residentKb(process.pid()) / 1024.0);
            }
            return most;
        }

        @Override
        public void close() {
            processes().forEach(ProcessHandle::destroy);
            script.onExit().join();
        }
    }
}
