package org.serai.launcher.instance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a configuration file in the form of the OSGi Configurator (one object a PID) with comments. Edits touch
 * one member and leave every comment where it is; where a property stands commented out, its line is brought to life.
 */
final class ConfigText {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    private final String text;
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final List<Member> top = new ArrayList<>();
    private int topOpen;

    /** Where a member stands: from its name to the end of its value. */
    private record Member(String name, Object value, int start, int end) {}

    /** A PID's object: the offset of its brace, of the closing brace, and what is between. */
    private record Section(int open, int close, List<Member> members) {
        Optional<Member> member(String name) {
            return members.stream().filter(m -> m.name().equals(name)).findFirst();
        }
    }

    /** Reads; an {@link IOException} says where the text is no JSON. */
    ConfigText(String text) throws IOException {
        this.text = text;
        try (JsonParser parser = JSON.createParser(text)) {
            expect(parser.nextToken() == JsonToken.START_OBJECT, parser, "the file must be one JSON object");
            topOpen = offset(parser);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                readMember(parser);
            }
            expect(parser.nextToken() == null, parser, "there is text behind the object");
        }
    }

    private void readMember(JsonParser parser) throws IOException {
        String name = parser.currentName();
        int start = offset(parser);
        parser.nextToken();
        if (name.startsWith(":configurator:")) {
            Object value = value(parser);
            top.add(new Member(name, value, start, end(parser)));
            return;
        }
        expect(parser.currentToken() == JsonToken.START_OBJECT, parser, "PID " + name + " must be an object");
        int open = offset(parser);
        List<Member> members = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String property = parser.currentName();
            int memberStart = offset(parser);
            parser.nextToken();
            Object value = value(parser);
            members.add(new Member(property, value, memberStart, end(parser)));
        }
        expect(!sections.containsKey(name), parser, "PID " + name + " stands twice");
        sections.put(name, new Section(open, offset(parser), members));
        top.add(new Member(name, name, start, end(parser)));
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case START_ARRAY -> {
                List<String> texts = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    texts.add(String.valueOf(value(parser)));
                }
                yield texts.toArray(String[]::new);
            }
            default -> throw new IOException("a value may not be " + parser.currentToken() + at(parser));
        };
    }

    /** PIDs with their properties; a value is a String, Long, Double, Boolean or String[]. */
    Map<String, Map<String, Object>> values() {
        Map<String, Map<String, Object>> values = new TreeMap<>();
        sections.forEach((pid, section) -> {
            Map<String, Object> properties = new LinkedHashMap<>();
            section.members().forEach(m -> properties.put(m.name(), m.value()));
            values.put(pid, properties);
        });
        return values;
    }

    /** The text with that property set. */
    String with(String pid, String property, Object value) throws IOException {
        String member = quote(property) + ": " + json(value);
        Section section = sections.get(pid);
        if (section == null) {
            return insert(top, topOpen, "\n  " + quote(pid) + ": {\n    " + member + "\n  }");
        }
        Optional<Member> there = section.member(property);
        if (there.isPresent()) {
            return text.substring(0, there.get().start())
                    + member
                    + text.substring(there.get().end());
        }
        Matcher commented = Pattern.compile("(?m)^\\s*//\\s*" + Pattern.quote(quote(property)) + "\\s*:[^\\n]*$")
                .matcher(text)
                .region(section.open(), section.close());
        if (commented.find()) {
            return insertAt(section.members(), commented.start(), commented.end(), "\n    " + member);
        }
        return insert(section.members(), section.open(), "\n    " + member);
    }

    /** The text without that property. */
    String without(String pid, String property) {
        Section section = sections.get(pid);
        Optional<Member> member = section == null ? Optional.empty() : section.member(property);
        return member.isEmpty() ? text : remove(section.members(), member.get());
    }

    private String insert(List<Member> members, int open, String addition) {
        int at = members.isEmpty() ? open + 1 : members.getLast().end();
        String tail = members.isEmpty() && !text.substring(at).startsWith("\n") ? "\n" : "";
        return text.substring(0, at) + (members.isEmpty() ? "" : ",") + addition + tail + text.substring(at);
    }

    /** Puts a member in place of a stretch that holds none, with the commas that it needs. */
    private String insertAt(List<Member> members, int from, int to, String addition) {
        boolean later = members.stream().anyMatch(m -> m.start() > to);
        Optional<Member> before = members.stream().filter(m -> m.end() <= from).reduce((first, second) -> second);
        String head = text.substring(0, from);
        if (!later && before.isPresent()) {
            int comma = before.get().end();
            head = text.substring(0, comma) + "," + text.substring(comma, from);
        }
        String line = from > 0 && text.charAt(from - 1) == '\n' ? addition.substring(1) : addition;
        return head + line + (later ? "," : "") + text.substring(to);
    }

    private String remove(List<Member> members, Member member) {
        int index = members.indexOf(member);
        int from = lineStart(member.start());
        int to = member.end();
        if (index < members.size() - 1) {
            to = text.indexOf(',', to) + 1;
        } else if (index > 0) {
            int comma = text.indexOf(',', members.get(index - 1).end());
            return text.substring(0, comma) + text.substring(comma + 1, from) + text.substring(to);
        }
        return text.substring(0, from) + text.substring(to);
    }

    private int lineStart(int offset) {
        int newline = text.lastIndexOf('\n', offset);
        return newline >= 0 && text.substring(newline, offset).isBlank() ? newline : offset;
    }

    private static String quote(String word) throws UncheckedIOException {
        try {
            return json(word);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String json(Object value) throws IOException {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(out)) {
            write(generator, value);
        }
        return out.toString();
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        switch (value) {
            case Boolean flag -> generator.writeBoolean(flag);
            case Double number -> generator.writeNumber(number);
            case Float number -> generator.writeNumber(number);
            case Number number -> generator.writeNumber(number.longValue());
            case Object[] many -> {
                generator.writeStartArray();
                for (Object one : many) {
                    write(generator, one);
                }
                generator.writeEndArray();
            }
            default -> generator.writeString(String.valueOf(value));
        }
    }

    private static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    /** The offset behind the current token, which must have been read to its end. */
    private static int end(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case END_OBJECT, END_ARRAY -> offset(parser) + 1;
            case VALUE_STRING -> {
                parser.getText();
                yield (int) parser.currentLocation().getCharOffset();
            }
            default -> offset(parser) + parser.getTextLength();
        };
    }

    private static void expect(boolean holds, JsonParser parser, String sentence) throws IOException {
        if (!holds) {
            throw new IOException(sentence + at(parser));
        }
    }

    private static String at(JsonParser parser) {
        return " (line " + parser.currentTokenLocation().getLineNr() + ")";
    }
}
