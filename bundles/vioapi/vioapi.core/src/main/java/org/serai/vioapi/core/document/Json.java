package org.serai.vioapi.core.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.serai.vioapi.VioObject;

/**
 * Documents as JSON: an object with one member, the document's element. Attributes are members with a value, elements
 * are members with an array of objects; a reader takes a single object for an array of one.
 */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(2 * Limits.DEPTH + 2)
                            .maxStringLength(Limits.VALUE_CHARACTERS)
                            .maxNameLength(256)
                            .maxNumberLength(64)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final ObjectWriter LINES = MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT);

    private final Limits limits;

    private Json(Limits limits) {
        this.limits = limits;
    }

    static byte[] write(VioObject document) {
        ObjectNode root = MAPPER.createObjectNode();
        root.set(document.type(), node(document));
        try {
            return MAPPER.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }

    /** An object without the name of its kind, in one line. */
    static String line(VioObject object) {
        try {
            return LINES.writeValueAsString(node(object));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }

    private static ObjectNode node(VioObject object) {
        ObjectNode node = MAPPER.createObjectNode();
        object.values().forEach((name, value) -> {
            switch (value) {
                case Long number -> node.put(name, number);
                case Boolean truth -> node.put(name, truth);
                default -> node.put(name, String.valueOf(value));
            }
        });
        for (VioObject part : object.parts()) {
            JsonNode there = node.get(part.type());
            (there instanceof ArrayNode parts ? parts : node.putArray(part.type())).add(node(part));
        }
        return node;
    }

    /** A caller's document. */
    static VioObject read(byte[] document) {
        Limits.requireSize(document);
        return read(document, new Limits(Limits.OBJECTS));
    }

    /** An answer that a node of the cluster has written. */
    static VioObject readAnswer(byte[] document) {
        return read(document, new Limits(Integer.MAX_VALUE));
    }

    private static VioObject read(byte[] document, Limits limits) {
        try {
            JsonNode root = MAPPER.readTree(document);
            if (root == null || !root.isObject() || root.size() != 1) {
                throw Limits.bad("it is not one JSON object with one member, such as vioRequest");
            }
            Map.Entry<String, JsonNode> only = root.properties().iterator().next();
            return new Json(limits).object(only.getKey(), only.getValue(), 1);
        } catch (StreamConstraintsException e) {
            throw Limits.tooLarge(e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : "line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ": ";
            throw Limits.bad(where + e.getOriginalMessage());
        } catch (IOException e) {
            throw Limits.bad(String.valueOf(e.getMessage()));
        }
    }

    private VioObject object(String type, JsonNode node, int depth) {
        limits.count(depth);
        if (!node.isObject()) {
            throw Limits.bad("the member " + type + " is no object");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        List<VioObject> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            requireName(member.getKey());
            JsonNode value = member.getValue();
            switch (value.getNodeType()) {
                case OBJECT -> parts.add(object(member.getKey(), value, depth + 1));
                case ARRAY -> value.forEach(each -> parts.add(object(member.getKey(), each, depth + 1)));
                case STRING -> values.put(member.getKey(), characters(member.getKey(), value.textValue()));
                case BOOLEAN -> values.put(member.getKey(), value.booleanValue());
                case NUMBER -> values.put(member.getKey(), number(member.getKey(), value));
                default -> throw Limits.bad("the member " + member.getKey() + " has no value");
            }
        }
        return new VioObject(type, values, parts);
    }

    private static Long number(String name, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw Limits.bad("the member " + name + " is no whole number of 64 bits");
        }
        return value.longValue();
    }

    /** What XML could not say is not said in JSON either: the two have the same content. */
    private static String characters(String name, String value) {
        if (!value.codePoints().allMatch(XmlWriter::isCharacter)) {
            throw Limits.bad("the member " + name + " has a character that XML does not have");
        }
        return value;
    }

    private static void requireName(String name) {
        if (!name.matches("[A-Za-z][A-Za-z0-9]{0,63}")) {
            throw Limits.bad("a member has a name that is none of the schema's");
        }
    }
}
