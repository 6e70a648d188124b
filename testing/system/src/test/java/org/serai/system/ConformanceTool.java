package org.serai.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code iscsi-test-cu} at a disk that may be overwritten. Its own count takes what it skipped for passed, so that outcomes are
 * read from what it prints of each test.
 *
 * @param log where the output of each run goes
 * @param urls the disk by one path, or by two of them
 */
record ConformanceTool(Path log, List<String> urls) {
    private static final long TIMEOUT_S = 600;
    private static final Pattern SUITE = Pattern.compile("^Suite: (\\S+)\\s*$", Pattern.MULTILINE);

    /** Between the name and the verdict, which begins a line unless nothing was printed, is what the test says. */
    private static final Pattern TEST = Pattern.compile(
            "^  Test: (\\S+) \\.\\.\\.(.*?)(?:(?<=\\.\\.\\.)|^)(passed|FAILED)", Pattern.MULTILINE | Pattern.DOTALL);

    private static final Pattern LISTED_SUITE = Pattern.compile("^ALL\\.([^.\\s]+)$", Pattern.MULTILINE);

    /** What became of a test. */
    enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    /** All suites in one process: outcomes by {@code Suite.Test}. */
    Map<String, Outcome> inOneProcess() throws IOException, InterruptedException {
        return run("ALL");
    }

    /** Each suite in a process of its own. */
    Map<String, Outcome> aProcessForEachSuite() throws IOException, InterruptedException {
        Map<String, Outcome> outcomes = new TreeMap<>();
        for (String suite : suites()) {
            outcomes.putAll(run("ALL." + suite));
        }
        return outcomes;
    }

    private Set<String> suites() throws IOException, InterruptedException {
        Set<String> suites = new LinkedHashSet<>();
        LISTED_SUITE.matcher(said(List.of("iscsi-test-cu", "-l"))).results().forEach(each -> suites.add(each.group(1)));
        return suites;
    }

    private Map<String, Outcome> run(String tests) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("iscsi-test-cu", "-d", "-v", "-S", "-t", tests));
        command.addAll(urls);
        Map<String, Outcome> outcomes = outcomes(said(command));
        if (outcomes.isEmpty()) {
            throw new AssertionError(command + " ran no test: see " + log);
        }
        return outcomes;
    }

    private String said(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(log.toAbsolutePath().getParent(), "iscsi-test-cu", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new AssertionError(command + " does not end: see " + output);
            }
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        Files.writeString(
                log,
                command + "\n" + said,
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
        Files.delete(output);
        return said;
    }

    /** Reads what the tool printed. */
    static Map<String, Outcome> outcomes(String said) {
        Map<String, Outcome> outcomes = new TreeMap<>();
        Matcher suite = SUITE.matcher(said);
        boolean more = suite.find();
        while (more) {
            String name = suite.group(1);
            int from = suite.end();
            more = suite.find();
            TEST.matcher(said.substring(from, more ? suite.start() : said.length()))
                    .results()
                    .forEach(test -> outcomes.put(name + "." + test.group(1), outcome(test.group(2), test.group(3))));
        }
        return outcomes;
    }

    private static Outcome outcome(String text, String verdict) {
        if (verdict.equals("FAILED")) {
            return Outcome.FAILED;
        }
        return text.contains("[SKIPPED]") ? Outcome.SKIPPED : Outcome.PASSED;
    }
}
