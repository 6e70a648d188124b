package org.serai.transport.fault;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * One fault, for example {@code lose 10% to=NODE}.
 *
 * @param effect what it does
 * @param timeMs of a delay
 * @param percent of a hundred messages it concerns so many
 * @param way which messages it concerns
 * @param node the other node that it concerns; empty for all
 * @param times how many messages it concerns; 0 for all
 */
public record Rule(Effect effect, long timeMs, int percent, Way way, Optional<UUID> node, long times) {
    private static final String FORM =
            "EFFECT [N%] [to=NODE|from=NODE|of=NODE] [times=N], with the effect one of lose, double, delay:MS,"
                    + " reorder:MS, and nodes as UUIDs";

    private static final long MAX = 999_999_999_999L;

    /** Seen from this node. */
    public enum Way {
        /** What it sends. */
        TO,
        /** What it receives. */
        FROM,
        /** Both. */
        OF
    }

    /** A fault of all that is sent and received. */
    public static Rule of(Effect effect) {
        return new Rule(effect, 0, 100, Way.OF, Optional.empty(), 0);
    }

    /** The same, so much later. */
    public Rule timeMs(long ms) {
        return new Rule(effect, ms, percent, way, node, times);
    }

    /** The same, but of so many in a hundred. */
    public Rule percent(int ofAHundred) {
        return new Rule(effect, timeMs, ofAHundred, way, node, times);
    }

    /** The same, but between this node and that one alone, one way or both. */
    public Rule with(Way which, UUID other) {
        return new Rule(effect, timeMs, percent, which, Optional.of(other), times);
    }

    /** The same, but of so many messages only. */
    public Rule times(long messages) {
        return new Rule(effect, timeMs, percent, way, node, messages);
    }

    boolean concerns(Way which, UUID other) {
        return (way == Way.OF || way == which)
                && node.filter(one -> !one.equals(other)).isEmpty();
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
            String[] effect = words.getFirst().split(":", 2);
            Rule rule = of(effect(effect[0]));
            if (effect.length == 2 != rule.effect.takesTime()) {
                throw new IllegalArgumentException("delay and reorder have a time, and nothing else has");
            }
            rule = effect.length == 2 ? rule.timeMs(number(effect[1], MAX)) : rule;
            for (String word : words.subList(1, words.size())) {
                rule = rule.with(word);
            }
            return rule;
        } catch (IllegalArgumentException e) {
            throw FaultError.BAD_RULE.error(
                    "transport.fault.rules cannot be '" + text + "'", e.getMessage(), "write each rule as " + FORM, e);
        }
    }

    private static Effect effect(String name) {
        return Arrays.stream(Effect.values())
                .filter(effect -> effect.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no effect '" + name + "'"));
    }

    private Rule with(String word) {
        if (word.endsWith("%")) {
            return percent((int) number(word.substring(0, word.length() - 1), 100));
        }
        String[] option = word.split("=", 2);
        if (option.length < 2) {
            throw new IllegalArgumentException("'" + word + "' is no part of a rule");
        }
        return switch (option[0]) {
            case "times" -> times(number(option[1], MAX));
            case "to", "from", "of" ->
                with(Way.valueOf(option[0].toUpperCase(Locale.ROOT)), UUID.fromString(option[1]));
            default -> throw new IllegalArgumentException("'" + word + "' is no part of a rule");
        };
    }

    private static long number(String text, long max) {
        if (!text.matches("\\d{1,18}") || Long.parseLong(text) > max) {
            throw new IllegalArgumentException("'" + text + "' is no number from 0 to " + max);
        }
        return Long.parseLong(text);
    }
}
