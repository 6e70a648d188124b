package org.serai.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real PostgreSQL server of the system's packages, in a folder of its own, on a port of its own. */
public final class PostgresServer implements AutoCloseable {
    /** The superuser. */
    public static final String USER = "serai";

    private final Path binaries = binaries();
    private final List<String> as;
    private final Path folder;
    private final Path data;
    private final String address;
    private final int port;

    /** A running server on loopback whose superuser has that password. */
    public PostgresServer(String password) throws IOException {
        this(password, List.of(), "127.0.0.1", freePort());
    }

    /**
     * A running server somewhere else than this process, in another network namespace for instance.
     *
     * @param within what a command begins with in order to run there
     * @param address where it listens; everybody who knows the password may come
     */
    public PostgresServer(String password, List<String> within, String address, int port) throws IOException {
        this.address = address;
        this.port = port;
        folder = Files.createTempDirectory("serai-postgres");
        data = folder.resolve("data");
        Path word = Files.writeString(folder.resolve("word"), password);
        as = Stream.concat(within.stream(), unprivileged(folder, word).stream()).toList();
        run("initdb", "-D", data.toString(), "-U", USER, "-A", "scram-sha-256", "--pwfile", word.toString());
        Files.writeString(
                data.resolve("pg_hba.conf"), "host all all 0.0.0.0/0 scram-sha-256\n", StandardOpenOption.APPEND);
        start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** The JDBC URL of a database of that server. */
    public String url(String name) {
        return "jdbc:postgresql://" + address + ":" + port + "/" + name;
    }

    /** Starts it again after {@link #crash}, {@link #kill} or {@link #stop}. */
    public void start() throws IOException {
        String options = "-p " + port + " -k " + folder + " -c listen_addresses=" + address + " -c max_connections=100";
        run(
                "pg_ctl",
                "start",
                "-w",
                "-t",
                "60",
                "-D",
                data.toString(),
                "-l",
                folder.resolve("log").toString(),
                "-o",
                options);
    }

    /** Ends the server as a crash would: no checkpoint, no goodbye. */
    public void crash() throws IOException {
        run("pg_ctl", "stop", "-m", "immediate", "-w", "-D", data.toString());
    }

    /** Ends the server in order, whoever is connected. */
    public void stop() throws IOException {
        run("pg_ctl", "stop", "-m", "fast", "-w", "-D", data.toString());
    }

    /** Kills the server, which then has no moment for anything, and waits until its processes have gone. */
    public void kill() throws IOException {
        long postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        ProcessHandle server = ProcessHandle.of(postmaster).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(server), server.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    private Optional<ProcessHandle> postmaster() throws IOException {
        Path file = data.resolve("postmaster.pid");
        return Files.exists(file)
                ? ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(file).getFirst().strip()))
                : Optional.empty();
    }

    /** Ends the server and removes its folder. */
    @Override
    public void close() throws IOException {
        if (postmaster().isPresent()) {
            stop();
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(as);
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(90, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + " failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " ran", e);
        }
    }

    /** PostgreSQL refuses to run as root. */
    private static List<String> unprivileged(Path... owned) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        for (String name : List.of("postgres", "nobody")) {
            if (Files.readAllLines(Path.of("/etc/passwd")).stream().anyMatch(line -> line.startsWith(name + ":"))) {
                UserPrincipal user =
                        owned[0].getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
                for (Path path : owned) {
                    Files.setOwner(path, user);
                }
                return List.of("setpriv", "--reuid", name, "--clear-groups");
            }
        }
        throw new IllegalStateException("neither user postgres nor user nobody exists");
    }

    private static Path binaries() {
        Path debian = Path.of("/usr/lib/postgresql");
        List<Path> places = new ArrayList<>();
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.map(version -> version.resolve("bin"))
                        .sorted(Comparator.reverseOrder())
                        .forEach(places::add);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        Stream.of(System.getenv("PATH").split(":")).map(Path::of).forEach(places::add);
        return places.stream()
                .filter(place ->
                        Files.isExecutable(place.resolve("initdb")) && Files.isExecutable(place.resolve("pg_ctl")))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("PostgreSQL's initdb and pg_ctl are missing: install postgresql"));
    }
}
