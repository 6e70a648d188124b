package org.serai.vioapi.core.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioObject;

/** XML and JSON say the same. */
class DocumentsTest {
    private final Documents documents = new Documents();

    @Provide
    Arbitrary<VioObject> trees() {
        return tree(4);
    }

    private static Arbitrary<VioObject> tree(int depth) {
        Arbitrary<String> names =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(8);
        Arbitrary<Object> texts = Arbitraries.strings()
                .all()
                .ofMaxLength(20)
                .filter(text -> text.codePoints().allMatch(XmlWriter::isCharacter))
                .map(text -> text);
        Arbitrary<Object> numbers = Arbitraries.longs().map(number -> number);
        Arbitrary<Object> truths = Arbitraries.of(true, false).map(truth -> truth);
        // In JSON an attribute and a part cannot have one name; in the schema none of them have.
        Arbitrary<Map<String, Object>> values = Arbitraries.maps(
                        names.map(name -> "v" + name), Arbitraries.oneOf(texts, numbers, truths))
                .ofMaxSize(4);
        Arbitrary<List<VioObject>> parts = depth == 0
                ? Arbitraries.just(List.of())
                : tree(depth - 1).list().ofMaxSize(3);
        return Combinators.combine(names.map(name -> "p" + name), values, parts).as(VioObject::new);
    }

    @Property
    void whatIsWrittenIsReadInBothForms(@ForAll("trees") VioObject tree) {
        VioObject xml = documents.read(Form.XML, documents.write(Form.XML, tree));
        VioObject json = documents.read(Form.JSON, documents.write(Form.JSON, tree));
        assertThat(plain(xml)).isEqualTo(plain(tree));
        assertThat(plain(json)).isEqualTo(plain(tree));
        assertThat(plain(documents.read(Form.XML, documents.write(Form.XML, json))))
                .isEqualTo(plain(tree));
    }

    /** The content: values as they stand in XML, parts in their order within their kind. */
    private static Map<String, Object> plain(VioObject object) {
        Map<String, Object> plain = new TreeMap<>();
        object.values().forEach((name, value) -> plain.put("@" + name, String.valueOf(value)));
        Map<String, List<Object>> parts = new LinkedHashMap<>();
        object.parts()
                .forEach(part -> parts.computeIfAbsent(part.type(), _ -> new ArrayList<>())
                        .add(plain(part)));
        plain.putAll(parts);
        return Map.of(object.type(), plain);
    }

    @Example
    void numbersAndTruthAreWhatTheyAreInJson() {
        VioObject lu = VioObject.of("lu")
                .with("sizeBytes", 1L << 40)
                .with("thick", true)
                .with("name", "disk1");
        assertThat(text(documents.write(Form.JSON, lu)).replaceAll("\\s", ""))
                .isEqualTo("{\"lu\":{\"sizeBytes\":1099511627776,\"thick\":true,\"name\":\"disk1\"}}");
        assertThat(text(documents.write(Form.XML, lu)))
                .contains("<lu xmlns=\"urn:serai:vio:1\" sizeBytes=\"1099511627776\" thick=\"true\" name=\"disk1\"/>");
    }

    @Example
    void lineEndsAndMarkupInValuesSurviveAndWhatXmlCannotSayIsReplaced() {
        VioObject odd = VioObject.of("x").with("a", "1 < 2 & \"3\"\n\tnext\r\u0001");
        assertThat(documents.read(Form.XML, documents.write(Form.XML, odd)).text("a"))
                .contains("1 < 2 & \"3\"\n\tnext\r\uFFFD");
    }

    private static String text(byte[] document) {
        return new String(document, StandardCharsets.UTF_8);
    }
}
