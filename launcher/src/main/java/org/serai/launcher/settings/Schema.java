package org.serai.launcher.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.felix.metatype.AD;
import org.apache.felix.metatype.Designate;
import org.apache.felix.metatype.MetaData;
import org.apache.felix.metatype.MetaDataReader;
import org.apache.felix.metatype.OCD;
import org.serai.platform.PlatformError;

/** All keys that can be configured. Several components may share a PID; a key is theirs together. */
public final class Schema {
    private static final String FOLDER = "OSGI-INF/metatype/";

    private final Map<String, Definition> definitions = new TreeMap<>();

    /** The schema of bundles that are not installed. */
    public static Schema ofJars(Collection<Path> jars) {
        Schema schema = new Schema();
        for (Path path : jars) {
            try (JarFile jar = new JarFile(path.toFile(), false)) {
                Enumeration<JarEntry> entries = jar.entries();
                while (entries.hasMoreElements()) {
                    JarEntry entry = entries.nextElement();
                    if (entry.getName().startsWith(FOLDER) && entry.getName().endsWith(".xml")) {
                        try (InputStream in = jar.getInputStream(entry)) {
                            schema.add(in);
                        }
                    }
                }
            } catch (IOException e) {
                throw PlatformError.NO_SUCH_BUNDLE.error(
                        "The bundle " + path + " cannot be read", e.toString(), "build the project again", e);
            }
        }
        return schema;
    }

    /** Adds what a metatype document defines for PIDs of the platform. */
    public void add(InputStream document) throws IOException {
        MetaData metadata = new MetaDataReader().parse(document);
        if (metadata == null || metadata.getDesignates() == null || metadata.getObjectClassDefinitions() == null) {
            return;
        }
        for (Object each : metadata.getDesignates()) {
            Designate designate = (Designate) each;
            OCD type = (OCD) metadata.getObjectClassDefinitions()
                    .get(designate.getObject().getOcdRef());
            String pid = designate.getPid();
            if (pid == null
                    || !pid.startsWith(Definition.PREFIX)
                    || type == null
                    || type.getAttributeDefinitions() == null) {
                continue;
            }
            for (Object attribute : type.getAttributeDefinitions().values()) {
                Definition definition = new Definition(pid, prose(type), (AD) attribute);
                definitions.putIfAbsent(definition.key(), definition);
            }
        }
    }

    private static String prose(OCD type) {
        String description = type.getDescription();
        return description == null || description.isBlank() ? type.getName() + "." : description;
    }

    /** All definitions, ordered by key. */
    public List<Definition> all() {
        return List.copyOf(definitions.values());
    }

    /** Whether there is such a key. */
    public boolean knows(String key) {
        return definitions.containsKey(key);
    }

    /** One definition; {@link PlatformError#UNKNOWN_KEY}, with the key that looks most like it, otherwise. */
    public Definition definition(String key) {
        Definition found = definitions.get(key);
        if (found != null) {
            return found;
        }
        String action = definitions.keySet().stream()
                .min(Comparator.comparingInt(other -> distance(key, other)))
                .filter(other -> distance(key, other) <= 1 + key.length() / 3)
                .map(other -> "did you mean " + other + "? config:list shows all keys")
                .orElse("config:list and docs/configuration.md show all keys");
        throw PlatformError.UNKNOWN_KEY.error(
                "There is no configuration key '" + key + "'", "no installed component has such a property", action);
    }

    /** Checks the properties of a configuration file; properties of foreign PIDs are their owners' affair. */
    public void check(Map<String, Map<String, Object>> values) {
        values.forEach((pid, properties) -> {
            if (pid.startsWith(Definition.PREFIX)) {
                properties.forEach(
                        (property, value) -> definition(pid.substring(Definition.PREFIX.length()) + "." + property)
                                .parse(text(value)));
            }
        });
    }

    /** A value of a configuration as a user would type it. */
    public static String text(Object value) {
        if (value instanceof Object[] many) {
            List<String> texts = new ArrayList<>();
            for (Object one : many) {
                texts.add(String.valueOf(one));
            }
            return String.join(",", texts);
        }
        return String.valueOf(value);
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
