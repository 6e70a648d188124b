package org.serai.shell.commands;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;
import org.serai.shell.ShellError;
import picocli.CommandLine.Option;

/** Which events a command is about. */
final class EventOptions {
    @Option(names = "--kind", paramLabel = "KIND", description = "Only of this kind: lifecycle, alert.")
    private Optional<String> kind = Optional.empty();

    @Option(
            names = "--subject",
            paramLabel = "SUBJECT",
            arity = "1..*",
            description = "Only of these subjects, for example node, lu, partition, adapter.")
    private List<String> subjects = List.of();

    @Option(
            names = "--action",
            paramLabel = "ACTION",
            arity = "1..*",
            description = "Only of these actions, for example failed, created, moved, raised.")
    private List<String> actions = List.of();

    @Option(names = "--object", paramLabel = "NAME", description = "Only of the thing with this name or id.")
    private Optional<String> object = Optional.empty();

    @Option(names = "--node", paramLabel = "NODE", description = "Only of this node.")
    private Optional<String> node = Optional.empty();

    EventFilter filter(NodeServices services) {
        return new EventFilter(
                constants(Event.Kind.class, kind.map(List::of).orElse(List.of())),
                constants(Event.Subject.class, subjects),
                constants(Event.Action.class, actions),
                object,
                node.map(name -> services.membership().node(name).id().toString()));
    }

    private static <E extends Enum<E>> Set<E> constants(Class<E> type, List<String> words) {
        return words.stream().map(word -> constant(type, word)).collect(Collectors.toSet());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> value.name().equalsIgnoreCase(word.replace('-', '_')))
                .findFirst()
                .orElseThrow(() -> ShellError.WRONG_USAGE.error(
                        "There are no events of the " + type.getSimpleName().toLowerCase(Locale.ROOT) + " " + word,
                        "there are " + String.join(", ", names(type)),
                        "give one of these"));
    }

    /** The words for completion. */
    static <E extends Enum<E>> List<String> names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
