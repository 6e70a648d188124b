package org.serai.shell.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jline.builtins.Completers.FileNameCompleter;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;
import org.serai.shell.Invocation;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completes commands, options, live names of objects and files. */
final class Completions implements Completer {
    private static final Set<String> SEPARATORS = Set.of("|", ";", "&&", "||", "&");
    private static final Set<String> FILE_LABELS = Set.of("FILE", "PATH", "PATH[:SIZE]");

    private final Catalog catalog;
    private final Usage usage;
    private final Completer files = new FileNameCompleter();

    Completions(Catalog catalog, Usage usage) {
        this.catalog = catalog;
        this.usage = usage;
    }

    /** The parser that goes with it: near enough to Gogo's for finding words, quotes are left to be closed. */
    static Parser parser() {
        DefaultParser parser = new DefaultParser();
        parser.setEofOnUnclosedQuote(true);
        parser.setEscapeChars(new char[] {'\\'});
        return parser;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        List<String> words =
                line.words().subList(0, Math.min(line.wordIndex(), line.words().size()));
        int start = 0;
        for (int i = 0; i < words.size(); i++) {
            start = SEPARATORS.contains(words.get(i)) ? i + 1 : start;
        }
        List<String> before = words.subList(start, words.size());
        if (before.isEmpty()) {
            commands(candidates);
            return;
        }
        catalog.find(before.getFirst()).ifPresent(entry -> {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
            CommandSpec spec =
                    usage.commandLine(entry, new Invocation(nowhere, nowhere)).getCommandSpec();
            arguments(spec, before.subList(1, before.size()), new Place(reader, line, candidates));
        });
    }

    private record Place(LineReader reader, ParsedLine line, List<Candidate> candidates) {}

    private void commands(List<Candidate> candidates) {
        for (Catalog.Entry entry : catalog.entries()) {
            candidates.add(new Candidate(
                    entry.fullName(), entry.fullName(), entry.scope(), entry.description(), null, null, true));
        }
    }

    private void arguments(CommandSpec spec, List<String> given, Place place) {
        OptionSpec open = null;
        int positions = 0;
        Set<String> used = new HashSet<>();
        for (String word : given) {
            if (open != null) {
                open = null;
            } else if (word.startsWith("-")) {
                OptionSpec option = spec.findOption(word);
                used.add(word);
                open = option != null && option.arity().max() > 0 ? option : null;
            } else {
                positions++;
            }
        }
        if (open != null) {
            values(open, place);
            return;
        }
        options(spec, used, place.candidates());
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            if (parameter.index().contains(positions)) {
                values(parameter, place);
            }
        }
    }

    private static void options(CommandSpec spec, Set<String> used, List<Candidate> candidates) {
        for (OptionSpec option : spec.options()) {
            if (!option.hidden() && (option.isMultiValue() || !used.contains(option.longestName()))) {
                String description = String.join(" ", option.description());
                candidates.add(new Candidate(
                        option.longestName(), option.longestName(), "options", description, null, null, true));
            }
        }
    }

    /** One that ends with an equals sign is gone on with, so that no space follows it. */
    private static Candidate candidate(String value) {
        return new Candidate(value, value, null, null, null, null, !value.endsWith("="));
    }

    private void values(ArgSpec argument, Place place) {
        String label = argument.paramLabel();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(value -> place.candidates().add(new Candidate(value)));
        }
        catalog.candidates(label).forEach(value -> place.candidates().add(candidate(value)));
        if (FILE_LABELS.contains(label)) {
            files.complete(place.reader(), place.line(), place.candidates());
        }
    }
}
