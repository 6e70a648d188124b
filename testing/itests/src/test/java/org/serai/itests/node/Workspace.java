package org.serai.itests.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The temporary folder of a run: instance directories, and the C programs compiled from the source tree. */
public final class Workspace {
    private static final List<String> PROGRAMS = List.of("watchdog", "client");
    private static final Path ROOT = make();

    private Workspace() {}

    private static Path make() {
        try {
            Path root = Files.createTempDirectory("serai-itests"); // short, for a socket's path has 108 bytes
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root), "serai-itests-delete"));
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A directory that nothing has used. */
    static Path newInstance() throws IOException {
        return Files.createTempDirectory(ROOT, "node");
    }

    /** The folder with the compiled programs. */
    static synchronized Path nativePrograms(Path project) {
        Path folder = ROOT.resolve("native");
        try {
            Files.createDirectories(folder);
            for (String program : PROGRAMS) {
                if (!Files.exists(folder.resolve("serai-" + program))) {
                    compile(project.resolve("launcher/native/" + program + ".c"), folder.resolve("serai-" + program));
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the native programs were compiled", e);
        }
    }

    private static void compile(Path source, Path program) throws IOException, InterruptedException {
        Path messages = program.resolveSibling(program.getFileName() + ".out");
        Process compiler = new ProcessBuilder(
                        "cc", "-O2", "-std=gnu11", "-Wall", "-Wextra", "-o", program.toString(), source.toString())
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        if (compiler.waitFor() != 0) {
            throw new IllegalStateException(source + " does not compile: " + Files.readString(messages));
        }
    }

    /** The processes of this run that work in its folder, those that have left their parents too. */
    public static List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.startsWith(ROOT.toString()))
                        .isPresent())
                .toList();
    }
}
