package org.serai.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A host on this machine, with a network and mounts of its own: namespaces that are there while a process of them is, so
 * that nothing of it stays behind, and nothing of the machine itself is changed.
 */
final class Host implements AutoCloseable {
    private final String name;
    private final Process first;

    /** A host without any cable. */
    Host(String name) {
        this.name = name;
        try {
            first = new ProcessBuilder("unshare", "--net", "--mount", "sh", "-c", "echo up; exec cat >/dev/null")
                    .redirectErrorStream(true)
                    .start();
            String said = first.inputReader().readLine();
            if (!"up".equals(said)) {
                throw new AssertionError("Namespaces are not permitted here (" + said
                        + "). These tests play hosts with cables that are cut: run them as root, in a container with"
                        + " the capabilities CAP_SYS_ADMIN and CAP_NET_ADMIN");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("unshare of util-linux cannot be run", e);
        }
        run("ip", "link", "set", "lo", "up");
    }

    String name() {
        return name;
    }

    /** What a command begins with in order to run there. */
    List<String> inside() {
        return List.of("nsenter", "--target", Long.toString(first.pid()), "--net", "--mount", "--");
    }

    /** A script that runs a program there. */
    Path running(Path folder, Path program) {
        Path script = folder.resolve("on-" + name);
        try {
            Files.writeString(script, "#!/bin/sh\nexec " + String.join(" ", inside()) + " '" + program + "' \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command there, which has to succeed, and returns what it said. */
    String run(String... command) {
        List<String> words = new ArrayList<>(inside());
        words.addAll(List.of(command));
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed on host " + name + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command[0] + " ran", e);
        }
    }

    /** Puts a cable into a switch; the far end is called as the host. */
    void plugInto(Host hub, String address) {
        hub.run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", Long.toString(first.pid()));
        hub.run("ip", "link", "set", name, "master", Hosts.BRIDGE, "up");
        run("ip", "address", "add", address + "/24", "dev", "eth0");
        run("ip", "link", "set", "eth0", "up");
    }

    /** Hears nothing from now on, but is heard. */
    void deafen() {
        drop("input", "iif");
    }

    /** Is not heard from now on, but hears. */
    void mute() {
        drop("output", "oif");
    }

    private void drop(String hook, String interfaceOf) {
        run(
                "nft",
                "add table ip cut; add chain ip cut drops { type filter hook %s priority 0; }; add rule ip cut drops %s eth0 drop"
                        .formatted(hook, interfaceOf));
    }

    /** Hears and is heard again. */
    void mend() {
        run("nft", "delete table ip cut");
    }

    @Override
    public void close() {
        first.destroyForcibly();
    }
}
