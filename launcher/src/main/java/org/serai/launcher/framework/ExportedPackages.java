package org.serai.launcher.framework;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.serai.platform.PlatformError;

/**
 * The packages of the launcher's class path that the framework exports: the OSGi service APIs, the log facade and
 * logback, and the platform's own API. So they are there before the first bundle, and no bundle brings a second copy.
 */
final class ExportedPackages {
    private static final Pattern CLAUSE = Pattern.compile("((?:[^,\"]|\"[^\"]*\")+)");
    private static final Pattern VERSION = Pattern.compile("\\bversion=\"?([0-9A-Za-z._-]+)\"?");
    private static final List<String> PREFIXES = List.of(
            "org.osgi.service.",
            "org.osgi.util.",
            "org.slf4j",
            "ch.qos.logback.",
            "org.serai.ffdc",
            "org.serai.platform");
    private static final String STORE = "org.apache.felix.cm";

    private ExportedPackages() {}

    /** The value for {@code org.osgi.framework.system.packages.extra}. */
    static String of(Path lib) {
        Map<String, Set<String>> packages = new TreeMap<>();
        try (Stream<Path> jars = Files.list(lib)) {
            for (Path jar : jars.filter(path -> path.toString().endsWith(".jar"))
                    .filter(path -> !path.getFileName().toString().startsWith("org.apache.felix.framework"))
                    .sorted()
                    .toList()) {
                collect(jar, packages);
            }
        } catch (IOException e) {
            throw PlatformError.START_FAILED.error(
                    "The launcher's class path " + lib + " cannot be read", e.toString(), "build the project again", e);
        }
        return packages.entrySet().stream()
                .flatMap(entry ->
                        entry.getValue().stream().map(version -> entry.getKey() + ";version=\"" + version + "\""))
                .collect(Collectors.joining(","));
    }

    private static void collect(Path path, Map<String, Set<String>> packages) throws IOException {
        try (JarFile jar = new JarFile(path.toFile(), false)) {
            String header = jar.getManifest() == null
                    ? null
                    : jar.getManifest().getMainAttributes().getValue("Export-Package");
            if (header != null) {
                parse(header).forEach((name, versions) -> {
                    if (name.equals(STORE) || PREFIXES.stream().anyMatch(name::startsWith)) {
                        packages.putIfAbsent(name, versions);
                    }
                });
            }
        }
    }

    /** The packages of a manifest header with their versions; slf4j exports itself as 1.7 and as 2.0. */
    static Map<String, Set<String>> parse(String header) {
        Map<String, Set<String>> packages = new TreeMap<>();
        Matcher clause = CLAUSE.matcher(header);
        while (clause.find()) {
            Matcher version = VERSION.matcher(clause.group());
            String number = version.find() ? version.group(1) : "0.0.0";
            for (String part : clause.group().split(";")) {
                String name = part.strip();
                if (name.contains("=") || name.contains("\"")) {
                    break; // attributes and directives follow the names
                }
                packages.computeIfAbsent(name, key -> new TreeSet<>()).add(number);
            }
        }
        return packages;
    }
}
