package org.serai.cluster.core.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;

/** A filter as a text: {@code kind=alert;subject=lu,pool;object=disk1}; parts that fit everything are left out. */
final class FilterText {
    private FilterText() {}

    static String of(EventFilter filter) {
        List<String> parts = new ArrayList<>();
        words(parts, "kind", filter.kinds());
        words(parts, "subject", filter.subjects());
        words(parts, "action", filter.actions());
        filter.object().ifPresent(object -> parts.add("object=" + object));
        filter.node().ifPresent(node -> parts.add("node=" + node));
        return String.join(";", parts);
    }

    private static void words(List<String> parts, String key, Set<? extends Enum<?>> values) {
        if (!values.isEmpty()) {
            parts.add(key + "="
                    + values.stream()
                            .map(value -> value.name().toLowerCase(Locale.ROOT))
                            .sorted()
                            .collect(Collectors.joining(",")));
        }
    }

    static EventFilter parse(String text) {
        Map<String, String> parts = new HashMap<>();
        for (var part : text.isEmpty() ? new String[0] : text.split(";")) {
            var pair = part.split("=", 2);
            parts.put(pair[0], pair[1]);
        }
        return new EventFilter(
                constants(Event.Kind.class, parts, "kind"),
                constants(Event.Subject.class, parts, "subject"),
                constants(Event.Action.class, parts, "action"),
                Optional.ofNullable(parts.get("object")),
                Optional.ofNullable(parts.get("node")));
    }

    private static <E extends Enum<E>> Set<E> constants(Class<E> type, Map<String, String> parts, String key) {
        var words = parts.getOrDefault(key, "");
        return words.isEmpty()
                ? Set.of()
                : Arrays.stream(words.split(","))
                        .map(word -> Enum.valueOf(type, word.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toCollection(TreeSet::new));
    }
}
