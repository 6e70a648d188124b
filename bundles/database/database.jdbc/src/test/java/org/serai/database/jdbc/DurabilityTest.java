package org.serai.database.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.database.Database;
import org.serai.database.jdbc.Tables.ClientRow;

/** What was acknowledged is there, whichever process dies and whenever. */
class DurabilityTest {
    private static final int ROUNDS = 6;

    @TempDir
    Path directory;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<String> acknowledged = new ArrayList<>();

    @Test
    void killedAtRandomInstantsNothingAcknowledgedIsLost() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Process writer = committer("round" + round, Long.MAX_VALUE, List.of());
            try (BufferedReader lines = writer.inputReader()) {
                take(lines, 1 + random.nextInt(300));
                kill(writer);
                takeRest(lines);
            }
            writer.waitFor();
            verify();
        }
    }

    @Test
    void oneOfTwoWritersIsKilledAndTheOtherGoesOn() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Process victim = committer("victim" + round, Long.MAX_VALUE, List.of());
            Process survivor = committer("survivor" + round, Long.MAX_VALUE, List.of());
            try (BufferedReader dying = victim.inputReader();
                    BufferedReader living = survivor.inputReader()) {
                take(living, 20);
                take(dying, 1 + random.nextInt(60));
                kill(victim);
                victim.waitFor();
                takeRest(dying);
                take(living, 50);
            } finally {
                kill(survivor);
                survivor.waitFor();
            }
            verify();
        }
    }

    @Test
    void eachCommitIsSyncedToTheDisk() throws Exception {
        int commits = 200;
        Path calls = directory.resolve("calls");
        Process writer = committer(
                "synced",
                commits,
                List.of("strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-o", calls.toString()));
        try (BufferedReader lines = writer.inputReader()) {
            takeRest(lines);
        }
        assertThat(writer.waitFor()).isZero();
        long synced = Files.readAllLines(calls).stream()
                .filter(line -> line.contains(SqliteDialect.FILE + "-wal>"))
                .count();
        System.out.println("sync calls on the log for " + commits + " commits: " + synced);
        assertThat(acknowledged).hasSize(commits);
        assertThat(synced).isGreaterThanOrEqualTo(commits);
    }

    private Process committer(String prefix, long count, List<String> under) throws IOException {
        List<String> command = new ArrayList<>(under);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.sqlite.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                Committer.class.getName(),
                url(),
                prefix,
                Long.toString(count)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private String url() {
        return "embedded:" + directory.resolve("db");
    }

    /** By its handle: {@code Process} would close the pipe, and with it what was acknowledged and not read yet. */
    private static void kill(Process process) {
        process.toHandle().destroyForcibly();
    }

    private void take(BufferedReader lines, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String line = lines.readLine();
            assertThat(line).as("the writer goes on, seed %d", seed).isNotNull();
            acknowledged.add(line);
        }
    }

    /** What the pipe still holds was acknowledged too; a last line may be cut. */
    private void takeRest(BufferedReader lines) throws IOException {
        StringBuilder rest = new StringBuilder();
        char[] buffer = new char[4096];
        for (int read = lines.read(buffer); read >= 0; read = lines.read(buffer)) {
            rest.append(buffer, 0, read);
        }
        String whole = rest.substring(0, rest.lastIndexOf("\n") + 1);
        acknowledged.addAll(
                Arrays.stream(whole.split("\n")).filter(line -> !line.isEmpty()).toList());
    }

    private void verify() throws Exception {
        try (Database database = Unhurried.embedded().open(url(), Map.of())) {
            List<String> rows = database.view(ClientRow.class).all().stream()
                    .map(row -> row.id() + " " + row.name())
                    .toList();
            assertThat(rows).as("seed %d", seed).containsAll(acknowledged);
        }
        try (Connection connection = new SqliteDataSourceFactory()
                        .createDataSource(new SqliteDialect(url(), 1_000).opening())
                        .getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet check = statement.executeQuery("PRAGMA integrity_check")) {
                check.next();
                assertThat(check.getString(1)).isEqualTo("ok");
            }
            List<Long> revisions = new ArrayList<>();
            try (ResultSet log = statement.executeQuery("SELECT DISTINCT revision FROM change_log ORDER BY 1")) {
                while (log.next()) {
                    revisions.add(log.getLong(1));
                }
            }
            assertThat(revisions)
                    .as("revisions have no gap, seed %d", seed)
                    .isEqualTo(
                            LongStream.rangeClosed(1, revisions.size()).boxed().toList());
        }
    }
}
