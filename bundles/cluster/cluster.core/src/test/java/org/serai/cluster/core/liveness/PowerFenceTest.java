package org.serai.cluster.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerFenceTest {
    @TempDir
    Path directory;

    private static PowerFence shell(String script, long timeoutMs) {
        return new FenceCommand(List.of("/bin/sh", "-c", script, "fence"), timeoutMs);
    }

    @Test
    void aCommandThatEndsWithZeroHasTurnedTheNodeOff() {
        assertThat(shell("test \"$1\" = cec-b", 60_000).fence("cec-b")).isPresent();
        assertThat(shell("test \"$1\" = cec-b", 60_000).fence("cec-c")).isEmpty();
    }

    @Test
    void whatEndsOtherwiseOrNotAtAllOrCannotBeRunHasNot() throws Exception {
        assertThat(shell("echo no answer; exit 3", 60_000).fence("cec-b")).isEmpty();
        assertThat(new FenceCommand(List.of("/nonexistent/fence"), 60_000).fence("cec-b"))
                .isEmpty();
        var pid = directory.resolve("pid");
        assertThat(shell("echo $$ > " + pid + "; exec sleep 1000", 5_000).fence("cec-b"))
                .isEmpty();
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                .ifPresent(killed ->
                        killed.onExit().orTimeout(60, TimeUnit.SECONDS).join());
    }

    @Test
    void muchOutputDoesNotHoldItUp() {
        assertThat(shell("head -c 1000000 /dev/zero", 60_000).fence("cec-b")).isPresent();
    }
}
