package org.serai.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.osgi.service.metatype.AttributeDefinition;

/**
 * {@code docs/configuration.md} and {@code config/serai.json} say what the metatype of the bundles says. With
 * {@code -Dserai.update=true} they are written anew instead of compared.
 */
class ConfigurationReferenceTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
    private static final String HOW = "out of date; write it anew: mvn -pl launcher -am package"
            + " -Dtest=ConfigurationReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dserai.update=true";
    private static final int WIDTH = 110;

    private final ObjectMapper json = new ObjectMapper();

    private final Map<String, List<Definition>> components = Schema.ofJars(bundles()).all().stream()
            .collect(Collectors.groupingBy(Definition::pid, LinkedHashMap::new, Collectors.toList()));

    private static List<Path> bundles() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().matches("org\\.serai\\..*\\.jar"))
                .toList();
    }

    @Test
    void everyPropertyIsDescribed() {
        assertThat(components).isNotEmpty();
        components
                .values()
                .forEach(definitions -> assertThat(definitions)
                        .allSatisfy(definition -> assertThat(definition.description())
                                .as(definition.key())
                                .isNotEmpty()));
    }

    @Test
    void theReferencePageIsCurrent() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Configuration

                Generated from the metatype of the bundles. A key `a.b` is property `b` of PID `org.serai.a` in the
                instance's `config/serai.json`. Set one when a node starts (`serai run --set iscsi.port=3260`) or live
                (`config:set iscsi.port 3260`); either way it is checked first and kept.
                """);
        components.forEach((pid, definitions) -> {
            page.append("\n## ")
                    .append(pid.substring(Definition.PREFIX.length()))
                    .append("\n\n");
            page.append(definitions.getFirst().component()).append("\n\n");
            page.append("| key | default | allowed | what it does |\n| --- | --- | --- | --- |\n");
            definitions.forEach(d -> page.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            d.key(),
                            d.byDefault().isEmpty() ? "" : "`" + d.byDefault() + "`",
                            d.allowed(),
                            d.description().replace("|", "\\|"))));
        });
        check(PROJECT.resolve("docs/configuration.md"), page.toString());
    }

    @Test
    void theTemplateOfAnInstanceIsCurrent() throws IOException {
        StringBuilder file = new StringBuilder("""
                // The configuration of a node, in the form of the OSGi Configurator, with comments. It is read when the node
                // starts; config:set and serai run --set change it and keep the comments. What is commented out is the default.
                {
                  ":configurator:resource-version": 1""");
        for (Map.Entry<String, List<Definition>> component : components.entrySet()) {
            file.append(",\n\n");
            comment(file, "  ", component.getValue().getFirst().component());
            file.append("  ")
                    .append(json.writeValueAsString(component.getKey()))
                    .append(": {");
            for (Definition definition : component.getValue()) {
                file.append('\n');
                comment(file, "    ", definition.description() + " (" + definition.allowed() + ")");
                file.append("    // ")
                        .append(json.writeValueAsString(definition.attribute().getID()))
                        .append(": ")
                        .append(defaultValue(definition));
            }
            file.append("\n  }");
        }
        check(PROJECT.resolve("config/serai.json"), file.append("\n}\n").toString());
    }

    private String defaultValue(Definition definition) throws IOException {
        boolean text = definition.attribute().getType() == AttributeDefinition.STRING || definition.secret();
        return text || definition.byDefault().isEmpty()
                ? json.writeValueAsString(definition.byDefault())
                : definition.byDefault();
    }

    private static void comment(StringBuilder file, String indent, String text) {
        StringBuilder line = new StringBuilder(indent + "//");
        for (String word : text.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                file.append(line).append('\n');
                line = new StringBuilder(indent + "//");
            }
            line.append(' ').append(word);
        }
        file.append(line).append('\n');
    }

    private static void check(Path file, String current) throws IOException {
        if (Boolean.getBoolean("serai.update")) {
            Files.writeString(file, current);
        }
        assertThat(Files.readString(file)).as(file.getFileName() + ": " + HOW).isEqualTo(current);
    }
}
