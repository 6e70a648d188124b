package org.serai.itests.node;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A bundle that consists of its manifest. */
public final class MadeBundle {
    private final Manifest manifest = new Manifest();

    /** A bundle of that name, version 1. */
    public MadeBundle(String symbolicName) {
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", symbolicName);
        header("Bundle-Version", "1.0.0");
    }

    /** Sets a header. */
    public MadeBundle header(String name, String value) {
        manifest.getMainAttributes().putValue(name, value);
        return this;
    }

    /** Writes the jar; whoever looks into its folder sees it whole or not at all. */
    public Path writeTo(Path jar) {
        Path next = jar.resolveSibling(jar.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(next)) {
            new JarOutputStream(out, manifest).close();
            return Files.move(next, jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
