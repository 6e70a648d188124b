package org.serai.launcher.demo;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code serai demo}. */
@Command(
        name = "serai demo",
        description = "Shows a partition that falls asleep on one host and wakes on another after the first one died.",
        footer = {"", "Example:", "  launcher/serai demo --json"})
final class Options {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Option(names = "--json", description = "Print the result as one line of JSON, the last line of the output.")
    boolean json;

    @Option(names = "--keep", description = "Leave everything running and say how to enter its shell.")
    boolean keep;

    @Option(names = "--no-install", description = "Install no packages; say what is missing instead.")
    boolean noInstall;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where instances, pool and guest go; must not exist. Default: a new folder under /var/tmp.")
    Path dir;

    @Option(
            names = "--hypervisor",
            paramLabel = "NAME",
            description = "qemu or simulated. Default: qemu if it can run here.")
    String hypervisor;
}
