package org.serai.shell.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.serai.shell.Detail;
import org.serai.shell.Size;

/**
 * Results as text: a record as lines of key and value, a list of records as a table. It is written on top of the JSON
 * tree, so that both forms say the same. Keys lose their unit, values show it.
 */
final class ResultText {
    private static final String INDENT = "  ";

    private final ResultJson json;

    ResultText(ResultJson json) {
        this.json = json;
    }

    /**
     * The result as lines, each with its end.
     *
     * @param width columns of the terminal; 0 for none
     */
    String render(Object result, int width) {
        if (result instanceof CharSequence text) {
            return text.toString().endsWith("\n") ? text.toString() : text + "\n";
        }
        JsonNode tree = json.tree(result);
        if (tree.isArray()) {
            return list((ArrayNode) tree, hidden(result), width);
        }
        StringBuilder text = new StringBuilder();
        if (tree.isObject()) {
            lines(text, tree, "", width);
        } else {
            text.append(scalar("", tree)).append('\n');
        }
        return text.toString();
    }

    private static Set<String> hidden(Object result) {
        if (result instanceof Collection<?> list
                && !list.isEmpty()
                && list.iterator().next() instanceof Record row) {
            return Arrays.stream(row.getClass().getRecordComponents())
                    .filter(component -> component.isAnnotationPresent(Detail.class))
                    .map(RecordComponent::getName)
                    .map(ResultText::snakeCase)
                    .collect(Collectors.toSet());
        }
        return Set.of();
    }

    private static String snakeCase(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private String list(ArrayNode list, Set<String> hidden, int width) {
        if (list.isEmpty()) {
            return "(none)\n";
        }
        if (!list.get(0).isObject()) {
            StringBuilder text = new StringBuilder();
            list.forEach(item -> text.append(cell("", item)).append('\n'));
            return text.toString();
        }
        Set<String> keys = new LinkedHashSet<>();
        list.forEach(row -> row.fieldNames().forEachRemaining(keys::add));
        keys.removeAll(hidden);
        List<String> headers = new ArrayList<>();
        List<Boolean> right = new ArrayList<>();
        for (String key : keys) {
            headers.add(label(key).toUpperCase(Locale.ROOT));
            right.add(isNumbers(list, key));
        }
        TextTable table = new TextTable(headers, right);
        for (JsonNode row : list) {
            table.row(keys.stream().map(key -> cell(key, row.path(key))).toList());
        }
        return table.render(width);
    }

    /** A number may be unknown in some rows. */
    private static boolean isNumbers(ArrayNode list, String key) {
        for (JsonNode row : list) {
            if (!row.path(key).isNull()) {
                return row.path(key).isNumber();
            }
        }
        return false;
    }

    private void lines(StringBuilder text, JsonNode record, String indent, int width) {
        int labels = 0;
        for (Map.Entry<String, JsonNode> field : record.properties()) {
            if (!nests(field.getValue())) {
                labels = Math.max(labels, label(field.getKey()).length());
            }
        }
        for (Map.Entry<String, JsonNode> field : record.properties()) {
            String label = label(field.getKey());
            JsonNode value = field.getValue();
            text.append(indent).append(label);
            if (!nests(value)) {
                text.append(" ".repeat(labels - label.length() + INDENT.length()))
                        .append(cell(field.getKey(), value))
                        .append('\n');
            } else if (value.isObject()) {
                text.append('\n');
                lines(text, value, indent + INDENT, width);
            } else {
                text.append('\n');
                int room = width == 0 ? 0 : Math.max(20, width - indent.length() - INDENT.length());
                list((ArrayNode) value, Set.of(), room)
                        .lines()
                        .forEach(line ->
                                text.append(indent).append(INDENT).append(line).append('\n'));
            }
        }
    }

    private static boolean nests(JsonNode value) {
        boolean sentences = value.isArray() && !value.isEmpty() && value.get(0).isTextual() && longText(value);
        return value.isObject() && !value.isEmpty()
                || value.isArray() && !value.isEmpty() && value.get(0).isObject()
                || sentences;
    }

    private static boolean longText(JsonNode list) {
        int length = 0;
        for (JsonNode item : list) {
            length += item.asText().length();
        }
        return length > 60 || list.get(0).asText().indexOf(' ') >= 0;
    }

    private static String cell(String key, JsonNode value) {
        if (value.isArray()) {
            List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(cell(key, item)));
            return items.isEmpty() ? "-" : String.join(value.get(0).isObject() ? "; " : ", ", items);
        }
        if (value.isObject()) {
            return value.isEmpty()
                    ? "-"
                    : value.properties().stream()
                            .map(field -> label(field.getKey()) + "=" + cell(field.getKey(), field.getValue()))
                            .collect(Collectors.joining(" "));
        }
        return scalar(key, value);
    }

    private static String scalar(String key, JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "-";
        }
        if (value.isBoolean()) {
            return value.asBoolean() ? "yes" : "no";
        }
        if (value.isIntegralNumber() && key.endsWith("_bytes")) {
            return Size.human(value.asLong());
        }
        if (value.isIntegralNumber() && key.endsWith("_ms")) {
            long ms = value.asLong();
            return ms < 10_000 ? ms + " ms" : String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
        }
        return value.asText().isEmpty() ? "-" : printable(value.asText());
    }

    /** What would steer a terminal is shown as a question mark. */
    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> clean.appendCodePoint(Character.isISOControl(point) ? '?' : point));
        return clean.toString();
    }

    private static String label(String key) {
        return key.replaceFirst("_(bytes|ms)$", "").replace('_', ' ');
    }
}
