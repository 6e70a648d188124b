package org.serai.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a caller gives a command to read. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InputTest {
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

    private TestClient running(String line, String... pieces) throws IOException {
        TestClient client = console.connect();
        for (String piece : pieces) {
            client.pieces.add(piece.getBytes(StandardCharsets.UTF_8));
        }
        client.hello('E', 0, "");
        client.send('C', line.getBytes(StandardCharsets.UTF_8));
        return client;
    }

    @Test
    void aCommandReadsWhatItsCallerGives() throws IOException {
        try (TestClient client = running("demo:read", "grapes ", "and wine")) {
            TestClient.Answer answer = client.answer();
            assertThat(answer.out()).isEqualTo("15 characters, the last ones wine\n");
            assertThat(answer.exitCode()).isZero();
        }
    }

    @Test
    void nothingIsTakenFromACallerWhoseLineReadsNothing() throws IOException {
        try (TestClient client = running("demo:say hello; demo:list", "of somebody else")) {
            assertThat(client.answer().exitCode()).isZero();
            assertThat(client.pieces).hasSize(1);
        }
    }

    @Test
    void aPipeIsReadAndNotTheCaller() throws IOException {
        try (TestClient client = running("demo:say piped | demo:read", "of somebody else")) {
            assertThat(client.answer().out()).isEqualTo("6 characters, the last ones iped\n");
            assertThat(client.pieces).hasSize(1);
        }
    }

    @Test
    void moreThanACommandTakesIsRefusedAndNotKept() throws IOException {
        String[] pieces = Collections.nCopies(64, "x".repeat(1 << 16)).toArray(String[]::new);
        try (TestClient client = running("demo:read", pieces)) {
            TestClient.Answer answer = client.answer();
            assertThat(answer.exitCode()).isEqualTo(1);
            assertThat(answer.err()).contains("The text is not read", "more than 1048576 bytes");
            assertThat(client.pieces).hasSizeGreaterThan(40);
        }
    }

    @Test
    void inputThatNobodyAskedForIsDropped() throws IOException {
        AtomicReference<ClientInput> input = new AtomicReference<>();
        input.set(new ClientInput(() -> input.get().arrived(bytes("asked"))));
        for (int i = 0; i < 10; i++) {
            input.get().arrived(bytes("not asked"));
        }
        assertThat(new String(input.get().readNBytes(5), StandardCharsets.UTF_8))
                .isEqualTo("asked");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theEndIsAskedForOnce() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<ClientInput> input = new AtomicReference<>();
        input.set(new ClientInput(() -> {
            asked.incrementAndGet();
            input.get().arrived(bytes(""));
        }));
        assertThat(input.get().readAllBytes()).isEmpty();
        assertThat(input.get().read()).isEqualTo(-1);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aCommandThatReadsFromWhoHasGoneEnds() throws Exception {
        try (TestClient client = running("demo:read; demo:say never")) {
            assertThat(console.demo.reading.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client.shown()).isEmpty();
        }
        assertThat(console.demo.read.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoTypesACommandIsToldToPipe() throws IOException {
        try (TestClient client = console.connect()) {
            client.hello('S', 100, "xterm");
            client.until("serai@cec-a> ");
            client.type("demo:read\r");
            client.until("nothing is piped into this command");
            client.type("demo:say piped | demo:read\r");
            client.until("6 characters, the last ones iped");
        }
    }
}
