package org.serai.itests.node;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Bundles that the build gathered, and further versions made of them. */
public final class Jars {
    private static final String VERSION = "Bundle-Version";

    private final Path repository;
    private final Path deploy;

    Jars(Path project, Path deploy) {
        this.repository = project.resolve("launcher/target/repository/org/serai");
        this.deploy = deploy;
    }

    /** The file of one of our bundles. */
    public Path of(String symbolicName) {
        try (Stream<Path> files = Files.walk(repository.resolve(symbolicName))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Drops a bundle into the deploy folder under that version, in one step; an earlier one of its name is replaced. */
    public void deploy(String symbolicName, String version) {
        Path next = deploy.resolve(symbolicName + ".next");
        try (JarFile jar = new JarFile(of(symbolicName).toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            manifest.getMainAttributes().putValue(VERSION, version);
            try (OutputStream file = Files.newOutputStream(next);
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                copy(jar, out);
            }
            Files.move(next, deployed(symbolicName), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(JarFile from, JarOutputStream to) throws IOException {
        Enumeration<JarEntry> entries = from.entries();
        while (entries.hasMoreElements()) {
            JarEntry entry = entries.nextElement();
            if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                to.putNextEntry(new JarEntry(entry.getName()));
                from.getInputStream(entry).transferTo(to);
                to.closeEntry();
            }
        }
    }

    /** Drops a bundle without content. */
    public void deploy(String symbolicName, MadeBundle bundle) {
        bundle.writeTo(deployed(symbolicName));
    }

    /** Takes a bundle out of the deploy folder. */
    public void remove(String symbolicName) {
        try {
            Files.deleteIfExists(deployed(symbolicName));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path deployed(String symbolicName) {
        return deploy.resolve(symbolicName + ".jar");
    }
}
