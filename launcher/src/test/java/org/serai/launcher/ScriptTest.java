package org.serai.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.launcher.instance.Instance;
import org.serai.launcher.instance.StatusFile;

/** What the script answers by itself, without a JVM. */
class ScriptTest {
    private static final Path SCRIPT = Path.of("serai").toAbsolutePath();

    @TempDir
    private Path folder;

    private record Result(int exitCode, String output) {}

    private static Result serai(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        return new Result(process.waitFor(), output);
    }

    private Result status() throws IOException, InterruptedException {
        return serai("status", "--json", "--instance", folder.toString());
    }

    @Test
    void wrongUsageIsOneLineAndExitCodeTwo() throws Exception {
        for (String[] words : new String[][] {
            {},
            {"fly"},
            {"status"},
            {"stop", "--instance"},
            {"exec", "--instance", "d"},
            {"status", "--instance", "d", "-x"}
        }) {
            Result result = serai(words);
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.output())
                    .startsWith("serai: ")
                    .endsWith("(see serai help)\n")
                    .hasLineCount(1);
        }
    }

    @Test
    void helpHasAnExampleForEachCommand() throws Exception {
        assertThat(serai("run", "--help")).isEqualTo(serai("help"));
        assertThat(serai("help").output())
                .contains(
                        "  serai run ",
                        "  serai exec ",
                        "  serai shell ",
                        "  serai status ",
                        "  serai stop ",
                        "  serai demo",
                        "  serai bench",
                        "  serai version",
                        "  serai help");
    }

    @Test
    void anInstanceThatNeverRanIsStopped() throws Exception {
        assertThat(status())
                .isEqualTo(new Result(
                        3,
                        "{\"pid\": null, \"node\": \"\", \"state\": \"stopped\", \"watchdog_pid\": null, \"instance\": \""
                                + folder + "\"}\n"));
        assertThat(serai("stop", "--instance", folder.toString()).exitCode()).isZero();
        assertThat(serai("exec", "--instance", folder.toString(), "help"))
                .satisfies(result -> assertThat(result.exitCode()).isEqualTo(1))
                .satisfies(result -> assertThat(result.output()).contains("does not run"));
    }

    @Test
    void aLivingNodeIsFoundByPidAndStartTime() throws Exception {
        Instance instance = Instance.at(folder.toString());
        instance.makeFolders();
        new StatusFile(instance, "a").write("running");

        assertThat(status().exitCode()).isZero();
        assertThat(status().output())
                .contains(
                        "\"pid\": " + ProcessHandle.current().pid() + ",", "\"node\": \"a\"", "\"state\": \"running\"");
    }

    @Test
    void aPidThatAnotherProcessHasNowIsNotTheNode() throws Exception {
        Instance instance = Instance.at(folder.toString());
        instance.makeFolders();
        new StatusFile(instance, "a").write("running");
        Path file = instance.run().resolve("status.json");
        Files.writeString(file, Files.readString(file).replaceFirst("(ticks\": )", "$11"));

        assertThat(status().exitCode()).isEqualTo(3);
        assertThat(status().output()).contains("\"pid\": null", "\"state\": \"stale\"");
        assertThat(serai("stop", "--instance", folder.toString()).output()).contains("does not run");
    }

    @Test
    void aStartThatFailedIsToldAsSuch() throws Exception {
        Instance instance = Instance.at(folder.toString());
        instance.makeFolders();
        new StatusFile(instance, "a").write("failed");

        assertThat(status().exitCode()).isEqualTo(3);
        assertThat(status().output()).contains("\"state\": \"failed\"");
    }
}
