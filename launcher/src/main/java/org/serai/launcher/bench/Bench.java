package org.serai.launcher.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.serai.launcher.nodes.CommandFailed;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code serai bench}: measures this machine, prints tables in Markdown, and leaves nothing behind. */
@Command(
        name = "serai bench",
        description = "Measures Serai beside a peer in the same run and prints tables in Markdown.",
        synopsisSubcommandLabel = "platform|hibernate|iscsi|storage|message",
        footer = {"", "Example:", "  launcher/serai bench iscsi --rounds 5"})
public final class Bench {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            scope = ScopeType.INHERIT,
            description = "How often each figure is measured; medians are shown. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--dir",
            defaultValue = "/var/tmp",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where the files of both sides go. Default: ${DEFAULT-VALUE}.")
    private Path parent;

    /** Exit code 0 if everything was measured, 1 if something failed, 2 for wrong usage. */
    public static void main(String[] arguments) {
        CommandLine bench = new CommandLine(new Bench());
        bench.setExecutionExceptionHandler((thrown, command, parsed) -> {
            if (thrown instanceof CommandFailed || thrown instanceof IllegalStateException) {
                System.err.println("bench: " + thrown.getMessage());
                return 1;
            }
            throw thrown;
        });
        System.exit(bench.execute(arguments));
    }

    @Command(
            name = "platform",
            description =
                    "Start of a node, memory, scripted commands, hot deployment of a driver; the first two beside Apache Karaf.")
    private void platform() throws Exception {
        in(folder -> new PlatformBench(folder, rounds).run());
    }

    @Command(
            name = "hibernate",
            description = "Hibernation and restore, beside QEMU's own migration to a file and back.")
    private void hibernate() throws Exception {
        in(folder -> new HibernateBench(folder, rounds).run());
    }

    @Command(name = "iscsi", description = "Reads and writes over iSCSI by qemu-img bench, beside tgt and nbdkit.")
    private void iscsi(
            @Option(
                            names = "--profile",
                            paramLabel = "FILE",
                            description = "Record the node with JFR into that file, and tell where its time goes.")
                    Optional<Path> profile)
            throws Exception {
        in(folder -> new IscsiBench(folder, rounds, profile).run());
    }

    @Command(
            name = "storage",
            description = "The storage engine beside a plain file; snapshots and pools of large size.")
    private void storage() throws Exception {
        in(folder -> new StorageBench(folder, rounds).run());
    }

    @Command(
            name = "message",
            description = "Messages with receipts, directed and to all, at 3 and 8 nodes, beside JGroups alone.")
    private void message() throws Exception {
        in(_ -> new MessageBench(rounds).run());
    }

    private void in(Measurement measurement) throws Exception {
        Path folder = Files.createTempDirectory(parent, "serai-bench.");
        try {
            String before = load();
            Table table = measurement.run(folder);
            System.out.println(Machine.describe(parent) + ", load " + before + " before and " + load() + " after.\n");
            System.out.println(table);
        } finally {
            remove(folder);
        }
    }

    private static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private interface Measurement {
        Table run(Path folder) throws Exception;
    }
}
