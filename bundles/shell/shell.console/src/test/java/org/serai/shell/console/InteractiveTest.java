package org.serai.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session typed over the protocol, as the client passes keys and screen through. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InteractiveTest {
    private static final String PROMPT = "serai@cec-a> ";

    @TempDir
    Path instance;

    private TestConsole console;
    private TestClient client;

    @BeforeEach
    void start() throws IOException {
        console = new TestConsole(instance);
        client = console.connect();
        client.hello('S', 100, "xterm");
        client.until(PROMPT);
        client.forget();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        console.close();
    }

    @Test
    void linesRunAndExitCodesAreKept() throws IOException {
        client.type("demo:show one\r");
        client.until("1.0 GiB");
        client.until(PROMPT);
        client.type("demo:fail\r");
        client.until("do: glue it");
        client.type("exit 7\r");
        assertThat(client.answer().exitCode()).isEqualTo(7);
    }

    @Test
    void endOfInputEndsTheSessionWithTheLastExitCode() throws IOException {
        client.type("demo:fail\r");
        client.until("do: glue it");
        client.until(PROMPT);
        client.type("\u0004");
        assertThat(client.answer().exitCode()).isEqualTo(1);
    }

    @Test
    void commandsAndLiveNamesAndOptionsAreCompleted() throws IOException {
        client.type("demo:sh\t");
        client.until("demo:show ");
        client.type("t\t");
        client.until("two ");
        client.type("--js\t\r");
        client.until("\"name\":\"two\"");
    }

    @Test
    void controlCCancelsTheCommandAndNotTheSession() throws Exception {
        client.type("demo:wait\r");
        assertThat(console.demo.waiting.await(60, TimeUnit.SECONDS)).isTrue();
        client.type("\u0003");
        assertThat(console.demo.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        client.until(PROMPT);
        assertThat(client.shown()).containsOnlyOnce("SERAI-SHELL-0010");
        client.type("demo:say on\r");
        client.until("saying");
        client.type("exit\r");
        assertThat(client.answer().exitCode()).isZero();
    }

    @Test
    void aNewWindowSizeIsFollowed() throws IOException {
        client.send('W', new byte[] {0, 20, 0, 10});
        client.type("demo:list\r");
        client.until("a-name-of-…");
    }

    @Test
    void historyIsKeptWithoutTokens() throws IOException {
        client.type("demo:say remembered\r");
        client.until("saying");
        client.until(PROMPT);
        client.type("cluster:join secret-token\r");
        client.until("SERAI-SHELL-0003");
        client.until(PROMPT);
        client.type("\u0004");
        client.answer();
        Path history = instance.resolve("run/history");
        assertThat(Files.readString(history)).contains("demo:say remembered").doesNotContain("secret-token");
        try (TestClient next = console.connect()) {
            next.hello('S', 100, "xterm");
            next.until(PROMPT);
            next.type("\u001b[A\r");
            next.until("saying");
        }
    }

    @Test
    void closingTheConnectionInterruptsWhatRuns() throws Exception {
        client.type("demo:wait\r");
        assertThat(console.demo.waiting.await(60, TimeUnit.SECONDS)).isTrue();
        client.close();
        assertThat(console.demo.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
