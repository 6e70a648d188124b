package org.serai.launcher.framework;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.serai.platform.PlatformError;

/** What was built: the folder of the project with its features, and what the build gathered. */
public record Distribution(Path project) {
    /** The version word in a feature file for "the one that the build gathered". */
    static final String MANAGED = "managed";

    /** Feature files. */
    public Path features() {
        return project.resolve("features");
    }

    /** The configuration with which an instance begins. */
    public Path configurationTemplate() {
        return project.resolve("config/serai.json");
    }

    /** The launcher's own jars. */
    public Path lib() {
        return project.resolve("launcher/target/lib");
    }

    /** The compiled C programs. */
    public Path nativePrograms() {
        return project.resolve("launcher/target/native");
    }

    private Path repository() {
        return project.resolve("launcher/target/repository");
    }

    /** The file of an artifact; {@link PlatformError#NO_SUCH_BUNDLE} if the build did not gather it. */
    public Path find(Coordinates bundle) {
        Path artifact = repository().resolve(bundle.group().replace('.', '/')).resolve(bundle.artifact());
        String version = bundle.version().equals(MANAGED) ? only(artifact, bundle) : bundle.version();
        Path jar = artifact.resolve(version).resolve(bundle.artifact() + "-" + version + ".jar");
        if (!Files.isRegularFile(jar)) {
            throw missing(bundle, "There is no file " + jar);
        }
        return jar;
    }

    private static String only(Path artifact, Coordinates bundle) {
        try (Stream<Path> versions = Files.list(artifact)) {
            List<String> names = versions.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .toList();
            if (names.size() != 1) {
                throw missing(bundle, "The repository has the versions " + names);
            }
            return names.getFirst();
        } catch (IOException e) {
            throw missing(bundle, "There is no folder " + artifact);
        }
    }

    private static org.serai.ffdc.SeraiException missing(Coordinates bundle, String cause) {
        return PlatformError.NO_SUCH_BUNDLE.error(
                "The bundle " + bundle + " is not in the repository",
                cause,
                "add it to launcher/pom.xml if it is not there, and build the project again");
    }
}
