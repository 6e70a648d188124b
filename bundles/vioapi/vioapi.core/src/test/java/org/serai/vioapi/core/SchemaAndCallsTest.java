package org.serai.vioapi.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.serai.cluster.Event;
import org.serai.cluster.Liveness;
import org.serai.ffdc.Category;
import org.serai.partition.LparState;
import org.serai.scsi.Paths;
import org.serai.storage.DataChecksum;
import org.serai.storage.LuKind;
import org.serai.storage.Pv;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Domains;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The schema and what the node can do are the same. */
class SchemaAndCallsTest {
    private static final String XS = "http://www.w3.org/2001/XMLSchema";

    private final Assembly assembly = Assembly.of(
            new Domains() {
                @Override
                public <T> Optional<T> find(Class<T> type) {
                    return Optional.empty();
                }

                @Override
                public <T> T get(Class<T> type) {
                    throw new AssertionError(type + " was not expected");
                }
            },
            Runnable::run,
            UUID::randomUUID);

    private Document schema() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(assembly.service().schema()));
    }

    private static List<Element> children(Element of, String kind) {
        NodeList nodes = of.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .filter(element -> element.getLocalName().equals(kind))
                .toList();
    }

    private static Element only(Element of, String... path) {
        Element at = of;
        for (String step : path) {
            at = children(at, step).getFirst();
        }
        return at;
    }

    @Test
    void everyCallOfTheSchemaCanBeDoneAndNoOther() throws Exception {
        Element request = children(schema().getDocumentElement(), "element").stream()
                .filter(element -> element.getAttribute("name").equals("vioRequest"))
                .findFirst()
                .orElseThrow();
        Set<String> inSchema = new TreeSet<>();
        for (Element call : children(only(request, "complexType", "choice"), "element")) {
            for (Element type : children(only(call, "complexType", "choice"), "element")) {
                inSchema.add(call.getAttribute("name") + " " + type.getAttribute("name"));
            }
        }
        Set<String> inNode = assembly.calls().all().stream()
                .map(call -> call.call() + " " + call.type())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(inNode).isEqualTo(inSchema).hasSizeGreaterThan(60);
    }

    /** In JSON both are members of one object. */
    @Test
    void noElementHasAnAttributeAndAPartOfTheSameName() throws Exception {
        NodeList types = schema().getElementsByTagNameNS(XS, "complexType");
        assertThat(types.getLength()).isGreaterThan(50);
        for (int i = 0; i < types.getLength(); i++) {
            Element type = (Element) types.item(i);
            Set<String> attributes = children(type, "attribute").stream()
                    .map(attribute -> attribute.getAttribute("name"))
                    .collect(Collectors.toSet());
            for (String group : List.of("choice", "sequence")) {
                for (Element parts : children(type, group)) {
                    assertThat(children(parts, "element"))
                            .extracting(part -> part.getAttribute("name"))
                            .noneMatch(attributes::contains);
                }
            }
        }
    }

    @Test
    void everyConstantThatIsShownHasAWordInTheSchema() throws Exception {
        Map<String, Class<? extends Enum<?>>> constants = Map.of(
                "NodeState", Liveness.State.class,
                "PartitionState", LparState.class,
                "LuKind", LuKind.class,
                "PathState", Paths.State.class,
                "PvState", Pv.State.class,
                "Checksum", DataChecksum.class,
                "EventKind", Event.Kind.class,
                "EventSubject", Event.Subject.class,
                "EventAction", Event.Action.class,
                "Category", Category.class);
        for (Element type : children(schema().getDocumentElement(), "simpleType")) {
            Class<? extends Enum<?>> constant = constants.get(type.getAttribute("name"));
            if (constant != null) {
                Set<String> words = children(only(type, "restriction"), "enumeration").stream()
                        .map(word -> word.getAttribute("value"))
                        .collect(Collectors.toSet());
                assertThat(Arrays.stream(constant.getEnumConstants())
                                .map(VioObject::word)
                                .collect(Collectors.toSet()))
                        .as(type.getAttribute("name"))
                        .isEqualTo(words);
            }
        }
        NodeList types = schema().getElementsByTagNameNS(XS, "simpleType");
        assertThat(IntStream.range(0, types.getLength())
                        .mapToObj(i -> ((Element) types.item(i)).getAttribute("name"))
                        .collect(Collectors.toSet()))
                .containsAll(constants.keySet());
    }
}
