package org.serai.storage.fault;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One fault, for example {@code write error after=100 times=1}: every write fails, but only after a hundred that do not,
 * and only once.
 *
 * @param operation what it concerns
 * @param effect what it does
 * @param delayMs how long a {@link Effect#DELAY} is
 * @param after how many calls it lets through first
 * @param times how many calls it concerns then; 0 for all
 * @param of the LU or pool that it concerns; empty for all
 */
public record Rule(Operation operation, Effect effect, long delayMs, long after, long times, Optional<UUID> of) {
    private static final String FORM =
            "OPERATION EFFECT [after=N] [times=N] [of=UUID], with the operation one of " + names(Operation.values())
                    + " and the effect one of " + names(Effect.values()) + ", and delay as delay:MS";

    /** A fault of every such call. */
    public static Rule of(Operation operation, Effect effect) {
        return new Rule(operation, effect, 0, 0, 0, Optional.empty());
    }

    /** The same, delayed so long. */
    public Rule delayMs(long ms) {
        return new Rule(operation, effect, ms, after, times, of);
    }

    /** The same, but so many calls are let through first. */
    public Rule after(long calls) {
        return new Rule(operation, effect, delayMs, calls, times, of);
    }

    /** The same, but only so many calls are concerned. */
    public Rule times(long calls) {
        return new Rule(operation, effect, delayMs, after, calls, of);
    }

    /** The same, but only that LU or pool is concerned. */
    public Rule of(UUID object) {
        return new Rule(operation, effect, delayMs, after, times, Optional.of(object));
    }

    /** Reads the rules of a setting; refuses it if one is none. */
    static List<Rule> parseAll(String... texts) {
        return Arrays.stream(texts)
                .filter(text -> !text.isBlank())
                .map(Rule::parse)
                .toList();
    }

    /** Reads a rule as it is configured; refuses what is none. */
    static Rule parse(String text) {
        List<String> words = Arrays.asList(text.strip().split("\\s+"));
        try {
            if (words.size() < 2) {
                throw new IllegalArgumentException("it has no effect");
            }
            String[] effect = words.get(1).split(":", 2);
            Rule rule = of(named(Operation.class, words.get(0)), named(Effect.class, effect[0]));
            if (effect.length == 2 != (rule.effect == Effect.DELAY)) {
                throw new IllegalArgumentException("only delay has a time, and it needs one");
            }
            rule = effect.length == 2 ? rule.delayMs(number(effect[1])) : rule;
            for (String word : words.subList(2, words.size())) {
                rule = rule.with(word.split("=", 2));
            }
            return rule;
        } catch (IllegalArgumentException e) {
            throw FaultError.BAD_RULE.error(
                    "storage.fault.rules cannot be '" + text + "'", e.getMessage(), "write each rule as " + FORM, e);
        }
    }

    private Rule with(String... option) {
        if (option.length < 2) {
            throw new IllegalArgumentException("'" + option[0] + "' has no value");
        }
        return switch (option[0]) {
            case "after" -> after(number(option[1]));
            case "times" -> times(number(option[1]));
            case "of" -> of(UUID.fromString(option[1]));
            default -> throw new IllegalArgumentException("'" + option[0] + "' is no part of a rule");
        };
    }

    private static long number(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("'" + text + "' is no number of at most 18 digits");
        }
        return Long.parseLong(text);
    }

    private static <E extends Enum<E>> E named(Class<E> type, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> value.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no " + type.getSimpleName().toLowerCase(Locale.ROOT) + " '" + name + "'"));
    }

    private static String names(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
