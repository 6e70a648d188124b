package org.serai.shell.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.serai.ffdc.SeraiException;
import org.serai.shell.Size;

/**
 * Results as JSON: keys in snake case, enums in lower case, an empty {@code Optional} as null, UUIDs and paths as text,
 * sizes in bytes. One line, since scripts read lines.
 */
final class ResultJson {
    private final ObjectMapper mapper = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(values())
            .build();

    /** The result as a tree, in the order of the record's components. */
    JsonNode tree(Object result) {
        return mapper.valueToTree(result);
    }

    /** The result as one line. */
    String line(Object result) {
        try {
            return mapper.writeValueAsString(result);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An error as one line. */
    String error(SeraiException error) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("code", error.code().code());
        parts.put("message", error.what());
        parts.put("cause", error.reason());
        parts.put("action", error.action());
        return line(Map.of("error", parts));
    }

    private static SimpleModule values() {
        SimpleModule module = new SimpleModule();
        on(module, Optional.class, (value, to) -> to.writePOJO(content(value)));
        on(module, OptionalLong.class, (value, to) -> to.writePOJO(value.isPresent() ? value.getAsLong() : null));
        on(module, OptionalInt.class, (value, to) -> to.writePOJO(value.isPresent() ? value.getAsInt() : null));
        on(module, OptionalDouble.class, (value, to) -> to.writePOJO(value.isPresent() ? value.getAsDouble() : null));
        on(module, Enum.class, (value, to) -> to.writeString(value.name().toLowerCase(Locale.ROOT)));
        on(module, Path.class, (value, to) -> to.writeString(value.toString()));
        on(module, Size.class, (value, to) -> to.writeNumber(value.bytes()));
        return module;
    }

    private static Object content(Optional<?> value) {
        return value.orElse(null);
    }

    private interface Writing<T> {
        void write(T value, JsonGenerator to) throws IOException;
    }

    private static <T> void on(SimpleModule module, Class<T> type, Writing<? super T> writing) {
        module.addSerializer(type, new JsonSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator to, SerializerProvider provider) throws IOException {
                writing.write(value, to);
            }
        });
    }
}
