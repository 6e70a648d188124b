package org.serai.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.serai.launcher.framework.Distribution;
import org.serai.launcher.framework.InstalledFeatures;
import org.serai.launcher.framework.NodeFramework;
import org.serai.launcher.instance.ConfigFile;
import org.serai.launcher.instance.Instance;
import org.serai.launcher.settings.Definition;
import org.serai.launcher.settings.Schema;
import org.serai.platform.PlatformError;

/** Brings an instance's files into order before its node starts. The caller holds the instance's lock. */
final class Preparation {
    private static final String NODE_NAME = "node.name";
    private static final String ISCSI_PORT = "iscsi.port";

    private final Instance instance;
    private final Distribution distribution;
    private final RandomGenerator random;

    Preparation(Instance instance, Distribution distribution, RandomGenerator random) {
        this.instance = instance;
        this.distribution = distribution;
        this.random = random;
    }

    /** Makes what a new instance lacks; an interrupted making is done again. */
    void makeFiles() {
        try {
            if (!Files.exists(instance.features())) {
                InstalledFeatures.choose(instance.features());
            }
            if (!Files.exists(instance.configuration())) {
                Path next = instance.configuration().resolveSibling("serai.json.new");
                Files.copy(distribution.configurationTemplate(), next, StandardCopyOption.REPLACE_EXISTING);
                Files.move(next, instance.configuration(), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw PlatformError.BAD_INSTANCE.error(
                    "The instance " + instance.directory() + " cannot be made", e.toString(), "check its disk", e);
        }
    }

    /** Writes what was given, and what a node must have, into the configuration; refuses the whole if a part is wrong. */
    ConfigFile configure(NodeFramework framework, Map<String, String> given) {
        ConfigFile file = ConfigFile.read(instance.configuration());
        List<Path> jars = new ArrayList<>(framework.features().jars());
        jars.addAll(deployed());
        Schema schema = Schema.ofJars(jars);
        schema.check(file.values());
        Map<Definition, Object> changes = new LinkedHashMap<>();
        given.forEach((key, text) -> {
            Definition definition = schema.definition(key);
            changes.put(definition, definition.parse(text));
        });
        needed(schema, file, NODE_NAME, instance.defaultNodeName(), given, changes);
        if (schema.knows(ISCSI_PORT) && missing(schema, file, ISCSI_PORT, given)) {
            needed(schema, file, ISCSI_PORT, Integer.toString(FreePort.find(random)), given, changes);
        }
        changes.forEach((definition, value) -> write(file, definition, value));
        return file;
    }

    private static boolean missing(Schema schema, ConfigFile file, String key, Map<String, String> given) {
        Definition definition = schema.definition(key);
        return !given.containsKey(key)
                && !file.values()
                        .getOrDefault(definition.pid(), Map.of())
                        .containsKey(definition.attribute().getID());
    }

    private static void needed(
            Schema schema,
            ConfigFile file,
            String key,
            String value,
            Map<String, String> given,
            Map<Definition, Object> changes) {
        if (schema.knows(key) && missing(schema, file, key, given)) {
            Definition definition = schema.definition(key);
            changes.put(definition, definition.parse(value));
        }
    }

    private List<Path> deployed() {
        try (Stream<Path> files = Files.list(instance.deploy())) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(Preparation::isJar)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A broken file in the deploy folder keeps no node from starting; driver:list shows it. */
    private static boolean isJar(Path file) {
        try (java.util.jar.JarFile jar = new java.util.jar.JarFile(file.toFile(), false)) {
            return jar.size() > 0;
        } catch (IOException broken) {
            return false;
        }
    }

    private void write(ConfigFile file, Definition definition, Object value) {
        try {
            file.set(definition.pid(), definition.attribute().getID(), value);
        } catch (IOException e) {
            throw PlatformError.BAD_INSTANCE.error(
                    "The configuration " + instance.configuration() + " cannot be written",
                    e.toString(),
                    "check its disk",
                    e);
        }
    }
}
