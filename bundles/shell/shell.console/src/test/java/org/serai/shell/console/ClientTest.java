package org.serai.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The compiled client against a console. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class ClientTest {
    @TempDir
    static Path built;

    @TempDir
    Path instance;

    private TestConsole console;

    @BeforeAll
    static void compile() throws Exception {
        Path source =
                Path.of("../../../launcher/native/client.c").toAbsolutePath().normalize();
        Process cc = new ProcessBuilder(
                        "cc", "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o", client(), source.toString())
                .inheritIO()
                .start();
        assertThat(cc.waitFor()).isZero();
    }

    private static String client() {
        return built.resolve("serai-client").toString();
    }

    @BeforeEach
    void start() {
        console = new TestConsole(instance);
    }

    @AfterEach
    void stop() {
        console.close();
    }

    private record Ended(int exitCode, String out, String err) {}

    private Process run(String... args) throws IOException {
        List<String> line = new ArrayList<>(List.of(client()));
        line.addAll(List.of(args));
        return new ProcessBuilder(line)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(instance.resolve("out").toFile())
                .redirectError(instance.resolve("err").toFile())
                .start();
    }

    private Ended ended(Process process) throws Exception {
        int exitCode = process.waitFor();
        return new Ended(
                exitCode, Files.readString(instance.resolve("out")), Files.readString(instance.resolve("err")));
    }

    private Ended exec(String line) throws Exception {
        return ended(run("exec", console.socket.toString(), line));
    }

    @Test
    void outputErrorsAndExitCodeComeThrough() throws Exception {
        assertThat(exec("demo:say hello")).isEqualTo(new Ended(0, "hello\n", "saying\n"));
        assertThat(exec("demo:fail").exitCode()).isEqualTo(1);
        assertThat(exec("demo:fail").err()).startsWith("SERAI-DEMO-0001");
        assertThat(exec("demo:show").exitCode()).isEqualTo(2);
        assertThat(exec("exit 42").exitCode()).isEqualTo(42);
    }

    @Test
    void itsInputIsPassedOnOnlyIfTheCommandReadsIt() throws Exception {
        Path input = Files.writeString(instance.resolve("in"), "grapes\n".repeat(10_000));
        String script = "'" + client() + "' exec '" + console.socket + "' 'demo:say hello'; '" + client() + "' exec '"
                + console.socket + "' demo:read; '" + client() + "' exec '" + console.socket + "' demo:read <&-";
        Process process = new ProcessBuilder("bash", "-c", script)
                .redirectInput(input.toFile())
                .redirectOutput(instance.resolve("out").toFile())
                .redirectError(instance.resolve("err").toFile())
                .start();
        Ended ended = ended(process);
        assertThat(ended.out())
                .isEqualTo("hello\n70000 characters, the last ones apes\n0 characters, the last ones \n");
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void muchOutputComesWhole() throws Exception {
        String word = "ä".repeat(60_000);
        Ended ended = exec("demo:say '" + word + "'");
        assertThat(ended.out()).isEqualTo(word + "\n");
    }

    @Test
    void aSignalCancelsTheCommand() throws Exception {
        Process process = run("exec", console.socket.toString(), "demo:wait");
        assertThat(console.demo.waiting.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(ended(process).exitCode()).isEqualTo(130);
        assertThat(console.demo.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aNodeThatDoesNotRunIsToldInTheOneForm() throws Exception {
        Path socket = instance.resolve("absent.sock");
        assertThat(ended(run("exec", socket.toString(), "help")))
                .isEqualTo(new Ended(
                        1,
                        "",
                        "SERAI-SHELL-0001: The node does not run: no socket " + socket
                                + "\ncause: there is no such socket\ndo: start it with serai run\n"));
    }

    @Test
    void whoAsksForJsonIsToldInJsonThatTheNodeDoesNotRun() throws Exception {
        Path socket = instance.resolve("absent \"socket\"");
        assertThat(ended(run("exec", socket.toString(), "lu:list --json")))
                .isEqualTo(new Ended(
                        1,
                        "{\"error\":{\"code\":\"SERAI-SHELL-0001\",\"message\":\"The node does not run: no socket "
                                + socket.toString().replace("\"", "\\\"")
                                + "\",\"cause\":\"there is no such socket\",\"action\":\"start it with serai run\"}}\n",
                        ""));
    }

    @Test
    void aNodeThatGoesAwayIsTold() throws Exception {
        Process process = run("exec", console.socket.toString(), "demo:wait");
        assertThat(console.demo.waiting.await(60, TimeUnit.SECONDS)).isTrue();
        console.close();
        Ended ended = ended(process);
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains("SERAI-SHELL-0001: The node closed the connection");
    }

    @Test
    void wrongUsageAndAMissingTerminalHaveExitCodeTwo() throws Exception {
        assertThat(ended(run("help")).exitCode()).isEqualTo(2);
        Ended shell = ended(run("shell", console.socket.toString()));
        assertThat(shell.exitCode()).isEqualTo(2);
        assertThat(shell.err()).contains("needs a terminal");
    }

    @Test
    void aSocketBelowAVeryLongPathIsReached() throws Exception {
        Path deep = instance.resolve("d".repeat(60)).resolve("e".repeat(60));
        try (TestConsole other = new TestConsole(deep)) {
            assertThat(ended(run("exec", other.socket.toString(), "demo:say deep"))
                            .out())
                    .isEqualTo("deep\n");
        }
    }

    @Test
    void aSessionRestoresTheTerminalAndPassesTheExitCode() throws Exception {
        String script = "stty cols 90; before=$(stty -g); '" + client() + "' shell '" + console.socket
                + "'; code=$?; test \"$before\" = \"$(stty -g)\" && echo restored=$code";
        Process process = new ProcessBuilder(
                        "script", "-qec", "bash -c '" + script.replace("'", "'\\''") + "'", "/dev/null")
                .redirectErrorStream(true)
                .start();
        StringBuilder screen = new StringBuilder();
        try (var keys = process.outputWriter(StandardCharsets.UTF_8);
                var shown = process.inputReader(StandardCharsets.UTF_8)) {
            until(shown, screen, "serai@cec-a> ");
            keys.write("demo:show one\r");
            keys.flush();
            until(shown, screen, "1.0 GiB");
            keys.write("exit 5\r");
            keys.flush();
            until(shown, screen, "restored=5");
        }
        assertThat(process.waitFor()).isZero();
    }

    private static void until(Reader shown, StringBuilder screen, String text) throws IOException {
        while (screen.indexOf(text) < 0) {
            int next = shown.read();
            if (next < 0) {
                throw new IOException("ended before '" + text + "', but: " + screen);
            }
            screen.append((char) next);
        }
        screen.setLength(0);
    }
}
