package org.serai.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines run over the socket: output, errors, exit codes, cancellation. */
class ExecTest {
    @TempDir
    Path instance;

    private TestConsole console;

    @BeforeEach
    void start() {
        console = new TestConsole(instance);
    }

    @AfterEach
    void stop() {
        console.close();
    }

    private TestClient.Answer exec(String line) throws IOException {
        return TestClient.exec(console.socket, line, 0);
    }

    @Test
    void aRecordIsShownAsLinesOfKeyAndValue() throws IOException {
        TestClient.Answer answer = exec("demo:show one");
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out().lines())
                .contains("name    one", "size    1.0 GiB", "thick   yes", "owner   -", "lock", "  node   cec-a");
    }

    @Test
    void jsonHasSnakeCaseAndRawSizes() throws IOException {
        TestClient.Answer answer = exec("demo:show one --json");
        assertThat(answer.out())
                .isEqualTo("{\"name\":\"one\",\"size_bytes\":1073741824,\"thick\":true,\"colour\":\"deep_red\","
                        + "\"owner\":null,\"lock\":{\"node\":\"cec-a\",\"epoch\":7},\"tags\":[\"a\",\"b\"],"
                        + "\"history\":[{\"node\":\"cec-b\",\"epoch\":6}],\"times_ms\":{\"wait_ms\":12},"
                        + "\"id\":\"00000000-0000-0000-0000-00000000002a\"}\n");
    }

    @Test
    void everyRunHasItsOwnState() throws IOException {
        assertThat(exec("demo:show one --json").out()).startsWith("{");
        assertThat(exec("demo:show one").out()).startsWith("name");
    }

    @Test
    void anErrorIsToldInTheOneForm() throws IOException {
        TestClient.Answer answer = exec("demo:fail");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).isEqualTo("SERAI-DEMO-0001: the thing broke\ncause: it was dropped\ndo: glue it\n");
    }

    @Test
    void aNetworkThatDoesNotAnswerIsNoCancellation() throws IOException {
        TestClient.Answer answer = exec("demo:late");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err()).isEqualTo("SERAI-DEMO-0001: the thing is far\ncause: nothing came\ndo: look\n");
    }

    @Test
    void anErrorInJsonGoesToTheOutput() throws IOException {
        TestClient.Answer answer = exec("demo:fail --json");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out())
                .isEqualTo("{\"error\":{\"code\":\"SERAI-DEMO-0001\",\"message\":\"the thing broke\","
                        + "\"cause\":\"it was dropped\",\"action\":\"glue it\"}}\n");
    }

    @Test
    void aDefectShowsNoStackTraceButNamesTheLog() throws IOException {
        TestClient.Answer answer = exec("demo:crash");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err())
                .startsWith("SERAI-SHELL-0005: Internal error in demo:crash")
                .contains("/var/log/serai.log")
                .doesNotContain("secret detail")
                .doesNotContain("at org.serai");
    }

    @Test
    void wrongUsageHasExitCodeTwo() throws IOException {
        TestClient.Answer missing = exec("demo:show");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err())
                .startsWith("SERAI-SHELL-0002: Wrong usage of demo:show\n")
                .contains("'THING'");
        TestClient.Answer option = exec("demo:list --jsn --json");
        assertThat(option.exitCode()).isEqualTo(2);
        assertThat(option.out())
                .startsWith("{\"error\":{\"code\":\"SERAI-SHELL-0002\"")
                .contains("--jsn");
    }

    @Test
    void aSizeThatIsNoneIsNamedWithExamples() throws IOException {
        TestClient.Answer answer = exec("demo:size --size 1X");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("'1X' is no size").contains("128M");
        assertThat(exec("demo:size --size 1G --json").out()).isEqualTo("1073741824\n");
    }

    @Test
    void anUnknownCommandIsAnsweredWithWhatWasMeant() throws IOException {
        TestClient.Answer answer = exec("demo:shwo one");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err())
                .contains("SERAI-SHELL-0003: There is no command demo:shwo")
                .contains("demo:show");
        assertThat(exec("show one").err()).contains("did you mean demo:show");
    }

    @Test
    void aLineThatCannotBeReadIsWrongUsage() throws IOException {
        TestClient.Answer answer = exec("demo:show 'one");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).startsWith("SERAI-SHELL-0004: ");
    }

    @Test
    void theFirstCommandThatFailsEndsTheLine() throws IOException {
        TestClient.Answer answer = exec("demo:say first; demo:fail; demo:say last");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out()).isEqualTo("first\n");
    }

    @Test
    void aFailureInAPipeIsTheExitCodeAndIsToldOnce() throws IOException {
        TestClient.Answer answer = exec("demo:fail | demo:say last");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out()).isEqualTo("last\n");
        assertThat(answer.err()).containsOnlyOnce("SERAI-DEMO-0001").doesNotContain("gogo");
    }

    @Test
    void outputOfACommandCanBeAnArgument() throws IOException {
        assertThat(exec("demo:say $(demo:say inner)").out()).isEqualTo("inner\n");
    }

    @Test
    void progressGoesToTheErrorStream() throws IOException {
        TestClient.Answer answer = exec("demo:say hello");
        assertThat(answer.out()).isEqualTo("hello\n");
        assertThat(answer.err()).isEqualTo("saying\n");
    }

    @Test
    void tablesFitTheTerminal() throws IOException {
        assertThat(exec("demo:list").out())
                .isEqualTo("NAME                      USED\none                      512 B\n"
                        + "a-name-of-some-length  3.0 MiB\n");
        assertThat(TestClient.exec(console.socket, "demo:list", 20).out().lines())
                .allMatch(line -> line.length() <= 20)
                .contains("a-name-of-…  3.0 MiB");
    }

    @Test
    void anEmptyListSaysSo() throws IOException {
        assertThat(exec("demo:none").out()).isEqualTo("(none)\n");
        assertThat(exec("demo:none --json").out()).isEqualTo("[]\n");
    }

    @Test
    void aDryRunTellsStepsAndObstacles() throws IOException {
        TestClient.Answer possible = exec("demo:touch one --dry-run --json");
        assertThat(possible.exitCode()).isZero();
        assertThat(possible.out()).isEqualTo("{\"possible\":true,\"steps\":[\"touch one\"],\"obstacles\":[]}\n");
        TestClient.Answer refused = exec("demo:touch missing --dry-run");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out()).contains("SERAI-DEMO-0001: no thing missing");
        assertThat(exec("demo:show one --dry-run").exitCode()).isEqualTo(2);
    }

    @Test
    void helpListsCommandsAndShowsExamples() throws IOException {
        assertThat(exec("help").out()).contains("demo:show", "Show a thing.", "exit");
        assertThat(exec("help demo:show").out()).contains("Usage: demo:show", "Examples:", "  demo:show two --json");
        assertThat(exec("help demo:touch").out()).startsWith("Usage: demo:touch THING [--");
        assertThat(exec("help demo:size").out()).startsWith("Usage: demo:size --size <size> [--json]\n");
        assertThat(exec("demo:show --help").out()).contains("Usage: demo:show", "Examples:");
        assertThat(exec("help demo:crash").out()).contains("\nFail as a defect does.\n");
        assertThat(exec("help demo:shw").err()).contains("demo:show");
    }

    @Test
    void aGroupThatGoesTakesItsCommandsAlong() throws IOException {
        console.removeDemo();
        assertThat(exec("demo:show one").exitCode()).isEqualTo(2);
    }

    @Test
    void exitEndsTheLineWithItsCode() throws IOException {
        assertThat(exec("exit 3").exitCode()).isEqualTo(3);
    }

    @Test
    void closingTheConnectionInterruptsTheCommand() throws Exception {
        try (TestClient client = console.connect()) {
            client.hello('E', 0, "");
            client.send('C', "demo:wait".getBytes(StandardCharsets.UTF_8));
            assertThat(console.demo.waiting.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(console.demo.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatBreaksTheProtocolIsRefused() throws IOException {
        try (TestClient client = console.connect()) {
            client.raw(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(client.answer().err()).startsWith("SERAI-SHELL-0008");
        }
        try (TestClient client = console.connect()) {
            client.raw(ByteBuffer.allocate(5)
                    .put((byte) 'H')
                    .putInt(Integer.MAX_VALUE)
                    .flip());
            assertThat(client.answer().err()).contains("8192 are allowed");
        }
        try (TestClient client = console.connect()) {
            client.send('H', new byte[] {9, 'E', 0, 0, 0, 0});
            assertThat(client.answer().err()).contains("version 9");
        }
        assertThat(exec("demo:say on").out()).isEqualTo("on\n");
    }

    @Test
    void onlyTheOwnerReachesTheSocket() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(console.socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(console.socket.getParent())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(console.socket.resolveSibling("history"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aStaleSocketIsReplacedAndALiveOneIsNot() throws IOException {
        assertThatThrownBy(() -> new TestConsole(instance))
                .hasMessageContaining("SERAI-SHELL-0009")
                .hasMessageContaining("another process listens");
        assertThat(exec("demo:say on").out()).isEqualTo("on\n");
        console.close();
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(console.socket));
        }
        assertThat(console.socket).exists();
        console = new TestConsole(instance);
        assertThat(exec("demo:say again").out()).isEqualTo("again\n");
    }

    @Test
    void aPathTooLongForTheKernelIsNoObstacle() throws IOException {
        Path deep = instance.resolve("d".repeat(60)).resolve("e".repeat(60));
        try (TestConsole other = new TestConsole(deep)) {
            assertThat(Files.exists(other.socket)).isTrue();
        }
    }
}
