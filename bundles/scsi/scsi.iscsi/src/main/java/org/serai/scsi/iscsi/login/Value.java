package org.serai.scsi.iscsi.login;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** The forms of values (RFC 7143, 6.1); what has not the form is empty. */
final class Value {
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,10}");
    private static final Pattern HEXADECIMAL = Pattern.compile("0[xX][0-9a-fA-F]{1,8}");

    private Value() {}

    /** A number within limits. */
    static OptionalInt number(String value, int min, int max) {
        long number;
        if (DECIMAL.matcher(value).matches()) {
            number = Long.parseLong(value);
        } else if (HEXADECIMAL.matcher(value).matches()) {
            number = Long.parseLong(value.substring(2), 16);
        } else {
            return OptionalInt.empty();
        }
        return number >= min && number <= max ? OptionalInt.of((int) number) : OptionalInt.empty();
    }

    static Optional<Boolean> flag(String value) {
        return switch (value) {
            case "Yes" -> Optional.of(true);
            case "No" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** The first of a list, which is in the offering side's order, that this side supports. */
    static Optional<String> choice(String value, Set<String> supported) {
        return Arrays.stream(value.split(",")).filter(supported::contains).findFirst();
    }
}
