package org.serai.shell.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of {@code cluster:restore}. */
final class RestoreOptions {
    @Option(
            names = "--pv",
            paramLabel = "PATH",
            description = "Instead of a file: a PV of a pool that keeps backups; all of the pool are to be named.")
    private List<String> pvs = new ArrayList<>();

    @Option(
            names = "--taken-at",
            paramLabel = "TIME",
            description = "With --pv: which backup, as cluster:backups lists it; the newest without it.")
    private Optional<String> takenAt = Optional.empty();

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "The empty database; without it, the one that this node's membership names.")
    private Optional<String> database = Optional.empty();

    @Option(names = "--user", paramLabel = "USER", description = "The database's user.")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the database's password.")
    private Optional<String> passwordFile = Optional.empty();

    @Option(
            names = "--confirm",
            paramLabel = "CLUSTER",
            description =
                    "The cluster's name, typed by somebody who knows that none of its nodes runs; needed where that"
                            + " cannot be seen.")
    private Optional<String> confirm = Optional.empty();

    List<String> pvs() {
        return pvs;
    }

    Optional<String> takenAt() {
        return takenAt;
    }

    Optional<String> database() {
        return database;
    }

    Optional<String> user() {
        return user;
    }

    Optional<String> passwordFile() {
        return passwordFile;
    }

    Optional<String> confirm() {
        return confirm;
    }
}
