package org.serai.shell.console;

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.serai.shell.CommandGroup;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands that are there now. */
final class Catalog {
    /** The scope whose commands are found without it. */
    static final String OWN_SCOPE = "shell";

    private final List<CommandGroup> groups = new CopyOnWriteArrayList<>();
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /**
     * A command.
     *
     * @param name without its scope
     */
    record Entry(String scope, String name, CommandGroup group, Method method) {
        /** The name as users write it. */
        String fullName() {
            return scope.equals(OWN_SCOPE) ? name : scope + ":" + name;
        }

        /** What it does, one sentence. */
        String description() {
            return String.join(" ", method.getAnnotation(Command.class).description());
        }
    }

    /** Adds a group and returns its commands. */
    List<Entry> add(CommandGroup group) {
        Command annotation = group.getClass().getAnnotation(Command.class);
        if (annotation == null) {
            throw new IllegalArgumentException(group.getClass() + " is a command group without @Command(name = SCOPE)");
        }
        List<Entry> added = CommandLine.getCommandMethods(group.getClass(), null).stream()
                .map(method -> new Entry(
                        annotation.name(), method.getAnnotation(Command.class).name(), group, method))
                .toList();
        groups.add(group);
        entries.addAll(added);
        return added;
    }

    void remove(CommandGroup group) {
        groups.remove(group);
        entries.removeIf(entry -> entry.group() == group);
    }

    /** All commands, ordered by scope and name; those without a scope come last. */
    List<Entry> entries() {
        return entries.stream()
                .sorted(Comparator.comparing((Entry entry) -> entry.scope().equals(OWN_SCOPE))
                        .thenComparing(Entry::scope)
                        .thenComparing(Entry::name))
                .toList();
    }

    /** A command by the name that users write. */
    Optional<Entry> find(String fullName) {
        String name = fullName.toLowerCase(Locale.ROOT);
        return entries.stream()
                .filter(entry -> entry.fullName().equals(name) || (entry.scope() + ":" + entry.name()).equals(name))
                .findFirst();
    }

    /** Live names that fit a parameter. */
    List<String> candidates(String label) {
        return groups.stream()
                .flatMap(group -> group.candidates(label).stream())
                .distinct()
                .toList();
    }

    /** Names close to one that is none, the closest first, at most three. */
    List<String> similar(String unknown) {
        String name = unknown.toLowerCase(Locale.ROOT);
        Stream<String> sameName = entries().stream()
                .filter(entry -> entry.name().equals(name) || entry.scope().equals(name))
                .map(Entry::fullName);
        Stream<String> close = entries().stream()
                .map(Entry::fullName)
                .filter(candidate -> distance(candidate, name) <= Math.max(2, name.length() / 4))
                .sorted(Comparator.comparingInt(candidate -> distance(candidate, name)));
        return Stream.concat(close, sameName).distinct().limit(3).toList();
    }

    /** How many letters must be put in, taken out or changed (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
