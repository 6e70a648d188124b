package org.serai.rules;

import aQute.bnd.header.OSGiHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The bundles of the checkout as they were built. */
record Bundles(List<Bundle> all) {
    static final Path ROOT = root();

    /** Reads the manifest of every bundle folder; a folder that was not built is an error, not an omission. */
    static Bundles built() {
        try (Stream<Path> folders = Files.walk(ROOT.resolve("bundles"), 2)) {
            return new Bundles(folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .sorted()
                    .map(Bundle::read)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("bundles"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /**
     * A bundle.
     *
     * @param folder for example {@code storage.extent}
     * @param domain for example {@code storage}
     * @param ownImports the packages of ours that it imports and does not export itself
     */
    record Bundle(String folder, String domain, String symbolicName, Set<String> exports, Set<String> ownImports) {
        static Bundle read(Path folder) {
            String name = folder.getFileName().toString();
            try (Stream<Path> files = Files.list(folder.resolve("target"));
                    JarFile jar = new JarFile(files.filter(file ->
                                    file.getFileName().toString().matches("org\\.serai\\.[a-z.]+-[0-9.]+\\.jar"))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError(name + " is not built"))
                            .toFile())) {
                Attributes main = jar.getManifest().getMainAttributes();
                Set<String> exports = packages(main.getValue("Export-Package"));
                Set<String> imports = packages(main.getValue("Import-Package"));
                imports.removeIf(imported -> !imported.startsWith("org.serai.") || exports.contains(imported));
                return new Bundle(
                        name,
                        folder.getParent().getFileName().toString(),
                        main.getValue("Bundle-SymbolicName"),
                        exports,
                        imports);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Set<String> packages(String header) {
            return header == null
                    ? new TreeSet<>()
                    : new TreeSet<>(OSGiHeader.parseHeader(header).keySet());
        }

        boolean isApi() {
            return folder.endsWith(".api");
        }

        /** Cores and the two halves of the shell compose the domains; every other bundle is a driver of its own. */
        boolean isDriver() {
            return !isApi()
                    && !folder.endsWith(".core")
                    && !Set.of("scsi.target", "shell.console", "shell.commands").contains(folder);
        }
    }
}
