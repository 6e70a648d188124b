package org.serai.shell.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.serai.shell.Invocation;
import org.serai.shell.commands.EventCommands.EventView;

/** Events as lines, one each, as they come. */
final class EventLines {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private EventLines() {}

    /** Prints a line; fails if nobody reads it any more, so that the event is not taken for told. */
    static void print(Invocation invocation, long after, boolean missed, EventView event) {
        PrintStream out = invocation.out();
        out.println(invocation.json() ? json(after, missed, event) : text(missed, event));
        out.flush();
        if (out.checkError()) {
            throw new IllegalStateException("the reader of the events is gone");
        }
    }

    private static String text(boolean missed, EventView event) {
        String gap = missed ? "! events before this one were deleted unread: look at everything anew\n" : "";
        return gap + "%6d  %s  %-9s  %s".formatted(event.number(), event.at(), word(event.kind()), event.text());
    }

    private static String json(long after, boolean missed, EventView event) {
        ObjectNode line = JSON.createObjectNode();
        line.put("after", after);
        line.put("missed", missed);
        line.put("number", event.number());
        line.put("at", event.at());
        line.put("kind", word(event.kind()));
        line.put("subject", word(event.subject()));
        line.put("action", word(event.action()));
        line.put("object", event.object());
        line.put("name", event.name());
        line.put("node", event.node());
        line.put("text", event.text());
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
