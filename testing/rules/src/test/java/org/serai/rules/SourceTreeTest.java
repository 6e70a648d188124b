package org.serai.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What CONTRIBUTING.md asks of every source file. */
class SourceTreeTest {
    private static final Pattern EMPTY_CATCH = Pattern.compile("catch \\([^)]*\\) \\{\\s*}");
    private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep|TimeUnit\\.[A-Z]+\\.sleep");
    private static final Pattern SAYS_LITTLE =
            Pattern.compile(".*(Util|Utils|Helper|Manager|Impl|Constants|Common)\\.java");
    private static final Pattern SWITCHED_OFF =
            Pattern.compile("@Disabled|@Ignore\\b|assumeTrue|assumeThat|assumeFalse");

    private static final Pattern SMALL_SENTENCE = Pattern.compile("Error\\.[A-Z_]+\\.error\\(\\s*\"[a-z]+ ");

    @Test
    void everyErrorSaysWhatHappenedInASentence() throws IOException {
        assertThat(offenders(file -> file.toString().contains("/src/main/")
                        && SMALL_SENTENCE.matcher(text(file)).find()))
                .isEmpty();
    }

    @Test
    void noFileIsLongerThanFourHundredLines() throws IOException {
        assertThat(offenders(file -> lines(file) > 400)).isEmpty();
    }

    @Test
    void noCatchSwallows() throws IOException {
        assertThat(offenders(file -> EMPTY_CATCH.matcher(text(file)).find())).isEmpty();
    }

    @Test
    void noTestSleepsOrIsSwitchedOff() throws IOException {
        assertThat(offenders(file -> file.toString().contains("/src/test/")
                        && !file.endsWith("SourceTreeTest.java")
                        && (SLEEP.matcher(text(file)).find()
                                || SWITCHED_OFF.matcher(text(file)).find())))
                .isEmpty();
    }

    @Test
    void everyNameSaysSomething() throws IOException {
        assertThat(offenders(file -> SAYS_LITTLE.matcher(file.toString()).matches()))
                .isEmpty();
    }

    private static List<Path> offenders(java.util.function.Predicate<Path> offends) throws IOException {
        try (Stream<Path> files = Files.walk(Bundles.ROOT)) {
            // Not what a build generates; a package may be called target.
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/"))
                    .filter(offends)
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        return text(file).lines().count();
    }
}
