package org.serai.launcher.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.framework.Constants;
import org.serai.launcher.nodes.NodeProcess;

/** A driver that no feature of a node holds, in two versions, put into its deploy folder and taken out again. */
final class HotDriver {
    private static final String NAME = "storage.simulated";
    private static final String OLD = "0.1.0";
    private static final String NEW = "0.1.1";
    private static final Pattern JAR = Pattern.compile("org\\.serai\\.storage\\.simulated-[0-9.]+\\.jar");

    private final NodeProcess node;
    private final NodeClient client;
    private final Path deployed;
    private final Path oldJar;
    private final Path newJar;

    HotDriver(NodeProcess node, Path folder) throws IOException {
        this.node = node;
        this.client = new NodeClient(node);
        this.deployed = node.instance().resolve("deploy").resolve(NAME + ".jar");
        this.oldJar = versioned(folder, OLD);
        this.newJar = versioned(folder, NEW);
    }

    double deployMs() throws IOException, InterruptedException {
        return timed(() -> put(oldJar), "active", OLD);
    }

    double updateMs() throws IOException, InterruptedException {
        return timed(() -> put(newJar), "active", NEW);
    }

    double undeployMs() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Files.delete(deployed);
        return until(begun, () -> !drivers().contains("\"name\":\"" + NAME + "\""));
    }

    private double timed(Action action, String state, String version) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile("\"name\":\"" + Pattern.quote(NAME) + "\"[^}]*\"state\":\"" + state
                + "\"[^}]*\"version\":\"" + Pattern.quote(version) + "\"");
        long begun = System.nanoTime();
        action.run();
        return until(begun, () -> wanted.matcher(drivers()).find());
    }

    private String drivers() throws IOException, InterruptedException {
        return client.exec("driver:list --json");
    }

    private double until(long begunNs, Condition condition) throws IOException, InterruptedException {
        while (!condition.holds()) {
            if (System.nanoTime() - begunNs > 20_000_000_000L) {
                throw new IllegalStateException("a hot deployment was not seen within 20 s; see "
                        + node.instance().resolve("logs"));
            }
        }
        return (System.nanoTime() - begunNs) / 1e6;
    }

    /** Under its final name at once, so that no half written file is seen. */
    private void put(Path jar) throws IOException {
        Path staged = Files.copy(jar, deployed.resolveSibling(NAME + ".new"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(staged, deployed, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path versioned(Path folder, String version) throws IOException {
        Path to = folder.resolve(NAME + "-" + version + ".jar");
        try (JarFile built = new JarFile(built().toFile());
                OutputStream file = Files.newOutputStream(to)) {
            Manifest manifest = built.getManifest();
            manifest.getMainAttributes().put(new Attributes.Name(Constants.BUNDLE_VERSION), version);
            try (JarOutputStream jar = new JarOutputStream(file, manifest)) {
                for (Enumeration<JarEntry> entries = built.entries(); entries.hasMoreElements(); ) {
                    JarEntry entry = entries.nextElement();
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        jar.putNextEntry(new JarEntry(entry.getName()));
                        built.getInputStream(entry).transferTo(jar);
                        jar.closeEntry();
                    }
                }
            }
        }
        return to;
    }

    private static Path built() throws IOException {
        Path repository = Path.of(System.getProperty("serai.project"), "launcher", "target", "repository");
        try (Stream<Path> files = Files.walk(repository)) {
            return files.filter(
                            file -> JAR.matcher(file.getFileName().toString()).matches())
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the driver " + NAME + " is not built"));
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }
}
