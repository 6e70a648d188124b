package org.serai.vioapi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object of the API, or a part of one: an element of the document.
 *
 * @param type its kind, for example {@code lu}: the element's name
 * @param values its attributes in their order: texts, whole numbers ({@code Long}) and truth values
 * @param parts what it contains, in its order
 */
public record VioObject(String type, Map<String, Object> values, List<VioObject> parts) {
    /** Keeps copies. */
    public VioObject {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        parts = List.copyOf(parts);
    }

    /** One without attributes and parts. */
    public static VioObject of(String type) {
        return new VioObject(type, Map.of(), List.of());
    }

    /** The same with one attribute more; numbers become {@code Long}, constants their names in camel case. */
    public VioObject with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.put(name, plain(value));
        return new VioObject(type, more, parts);
    }

    /** The same with one attribute more if there is a value. */
    public VioObject with(String name, Optional<?> value) {
        return value.isPresent() ? with(name, value.get()) : this;
    }

    /** The same with more parts. */
    public VioObject with(List<VioObject> more) {
        List<VioObject> all = new ArrayList<>(parts);
        all.addAll(more);
        return new VioObject(type, values, all);
    }

    /** An attribute as text, as it stands in XML. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(String::valueOf);
    }

    /** The parts of a kind. */
    public List<VioObject> parts(String kind) {
        return parts.stream().filter(part -> part.type().equals(kind)).toList();
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Enum<?> constant -> word(constant);
            case Integer number -> number.longValue();
            case Long number -> number;
            case Boolean truth -> truth;
            default -> String.valueOf(value);
        };
    }

    /** The word for a constant: {@code COPY_BEHIND} is {@code copyBehind}. */
    public static String word(Enum<?> constant) {
        StringBuilder word = new StringBuilder();
        boolean up = false;
        for (char letter : constant.name().toCharArray()) {
            if (letter == '_') {
                up = true;
            } else {
                word.append(up ? letter : Character.toLowerCase(letter));
                up = false;
            }
        }
        return word.toString();
    }
}
