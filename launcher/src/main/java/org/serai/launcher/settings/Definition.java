package org.serai.launcher.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.felix.metatype.AD;
import org.osgi.service.metatype.AttributeDefinition;
import org.serai.ffdc.SeraiException;
import org.serai.platform.PlatformError;

/**
 * One configurable property, as the metatype has it.
 *
 * @param pid the component's PID, for example {@code org.serai.iscsi}
 * @param component what the component does, or what it is called, for the reference page
 * @param attribute type, range and default
 */
public record Definition(String pid, String component, AD attribute) {
    /** What every PID of the platform begins with. */
    public static final String PREFIX = "org.serai.";

    /** The key as users see it. */
    public String key() {
        return pid.substring(PREFIX.length()) + "." + attribute.getID();
    }

    /** What it does. */
    public String description() {
        return Optional.ofNullable(attribute.getDescription())
                .map(text -> text.replaceAll("\\s+", " ").strip())
                .orElse("");
    }

    /** The value without configuration; an empty text if there is none. */
    public String byDefault() {
        String[] values = attribute.getDefaultValue();
        return values == null ? "" : String.join(",", values);
    }

    /** Whether it is shown as {@code ***}. */
    public boolean secret() {
        return attribute.getType() == AttributeDefinition.PASSWORD;
    }

    /** Type and range in words. */
    public String allowed() {
        String[] options = attribute.getOptionValues();
        String one;
        if (options != null && options.length > 0) {
            one = "one of " + String.join(", ", options);
        } else {
            one = switch (attribute.getType()) {
                case AttributeDefinition.INTEGER,
                        AttributeDefinition.LONG,
                        AttributeDefinition.SHORT,
                        AttributeDefinition.BYTE -> "a whole number" + range();
                case AttributeDefinition.DOUBLE, AttributeDefinition.FLOAT -> "a number" + range();
                case AttributeDefinition.BOOLEAN -> "true or false";
                case AttributeDefinition.PASSWORD -> "a secret text";
                default -> "a text";
            };
        }
        return many() ? "a list, separated by commas, each " + one : one;
    }

    private String range() {
        String min = attribute.getMin();
        String max = attribute.getMax();
        return (min == null ? "" : " from " + min) + (max == null ? "" : (min == null ? " up to " : " to ") + max);
    }

    private boolean many() {
        return attribute.getCardinality() != 0;
    }

    /** The value in its type; {@link PlatformError#BAD_VALUE}, naming key, value and what is allowed, otherwise. */
    public Object parse(String text) {
        if (!many()) {
            return parseOne(text);
        }
        return text.isBlank()
                ? new String[0]
                : Stream.of(text.split(","))
                        .map(String::strip)
                        .peek(this::parseOne)
                        .toArray(String[]::new);
    }

    private Object parseOne(String text) {
        String[] options = attribute.getOptionValues();
        if (options != null && options.length > 0 && !Arrays.asList(options).contains(text)) {
            throw refused(text);
        }
        try {
            Object value = switch (attribute.getType()) {
                case AttributeDefinition.INTEGER -> (long) Integer.parseInt(text);
                case AttributeDefinition.SHORT -> (long) Short.parseShort(text);
                case AttributeDefinition.BYTE -> (long) Byte.parseByte(text);
                case AttributeDefinition.LONG -> Long.parseLong(text);
                case AttributeDefinition.DOUBLE, AttributeDefinition.FLOAT -> Double.parseDouble(text);
                case AttributeDefinition.BOOLEAN -> flag(text);
                default -> text;
            };
            if (value instanceof Number number && !inRange(number)) {
                throw refused(text);
            }
            return value;
        } catch (NumberFormatException e) {
            throw refused(text);
        }
    }

    private Boolean flag(String text) {
        if (!List.of("true", "false").contains(text.toLowerCase(Locale.ROOT))) {
            throw refused(text);
        }
        return Boolean.valueOf(text);
    }

    private boolean inRange(Number number) {
        String min = attribute.getMin();
        String max = attribute.getMax();
        if (number instanceof Long whole) {
            return (min == null || whole >= Long.parseLong(min)) && (max == null || whole <= Long.parseLong(max));
        }
        double value = number.doubleValue();
        return (min == null || value >= Double.parseDouble(min)) && (max == null || value <= Double.parseDouble(max));
    }

    private SeraiException refused(String text) {
        return PlatformError.BAD_VALUE.error(
                "The value '" + (secret() ? "***" : text) + "' of " + key() + " is refused",
                key() + " takes " + allowed(),
                "give another value");
    }
}
