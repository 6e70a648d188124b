package org.serai.shell;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A size as operators write it: plain bytes, or a whole number with {@code K}, {@code M}, {@code G}, {@code T} or
 * {@code KiB} and so on, powers of 1024. The console converts options of this type.
 *
 * @param bytes at least 1
 */
public record Size(long bytes) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,19})(?:([KMGT])(?:iB)?)?");
    private static final String UNITS = "KMGT";

    /** Refuses what is no size. */
    public Size {
        if (bytes < 1) {
            throw new IllegalArgumentException("a size is at least one byte, not " + bytes);
        }
    }

    /**
     * Reads a size.
     *
     * @throws IllegalArgumentException naming the text and examples
     */
    public static Size parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no size; write for example 1G, 128M, 512K, 1GiB or a number of bytes");
        }
        int power = matcher.group(2) == null ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
        try {
            long bytes = Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
            return new Size(bytes);
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw new IllegalArgumentException("'" + text + "' is more than 8388607T", tooLarge);
        }
    }

    /** Bytes for a reader, for example {@code 1.0 GiB}. */
    public static String human(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1023.95 && unit < UNITS.length() - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %ciB", value, UNITS.charAt(unit));
    }

    @Override
    public String toString() {
        return human(bytes);
    }
}
