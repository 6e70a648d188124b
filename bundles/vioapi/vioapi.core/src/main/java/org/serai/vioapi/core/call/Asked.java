package org.serai.vioapi.core.call;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.serai.vioapi.Caller;
import org.serai.vioapi.VioObject;

/**
 * One object of a request, as the schema has checked it: what it requires is there, and of its type.
 *
 * @param object the object
 * @param caller who asks
 * @param progress is told what is being done
 */
public record Asked(VioObject object, Caller caller, Consumer<String> progress) {
    /** A required attribute. */
    public String text(String name) {
        return object.text(name).orElseThrow(() -> new IllegalStateException("the schema requires " + name));
    }

    /** An attribute that may be missing. */
    public Optional<String> find(String name) {
        return object.text(name);
    }

    /** A required number. */
    public long number(String name) {
        return Long.parseLong(text(name).strip());
    }

    /** A number that may be missing. */
    public OptionalLong findNumber(String name) {
        return find(name)
                .map(text -> OptionalLong.of(Long.parseLong(text.strip())))
                .orElseGet(OptionalLong::empty);
    }

    /** A truth value, false if it is missing. */
    public boolean flag(String name) {
        return find(name)
                .map(String::strip)
                .filter(text -> text.equals("true") || text.equals("1"))
                .isPresent();
    }

    /** One attribute of each part of a kind. */
    public List<String> each(String kind, String attribute) {
        return object.parts(kind).stream()
                .map(part -> part.text(attribute).orElseThrow())
                .toList();
    }

    /** A constant by its word in the schema. */
    public <E extends Enum<E>> Optional<E> constant(Class<E> type, String name) {
        return find(name).map(word -> constant(type, "", word));
    }

    /** Constants, one of each part of a kind. */
    public <E extends Enum<E>> Set<E> constants(Class<E> type, String kind) {
        return each(kind, "is").stream().map(word -> constant(type, kind, word)).collect(Collectors.toSet());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String kind, String word) {
        for (E constant : type.getEnumConstants()) {
            if (VioObject.word(constant).equals(word)) {
                return constant;
            }
        }
        throw new IllegalStateException("the schema has the " + kind + " " + word + " that is not known");
    }

    /** The same caller about a part. */
    public Asked of(VioObject part) {
        return new Asked(part, caller, progress);
    }
}
