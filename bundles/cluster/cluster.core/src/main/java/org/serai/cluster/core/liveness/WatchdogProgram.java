package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The program {@code serai-watchdog}.
 *
 * @param settings how it is started
 */
public record WatchdogProgram(WatchdogSettings settings) implements Watchdogs {
    @Override
    public WatchdogLink start(OptionalLong goOnFromNs, LongConsumer renewed, Consumer<WatchdogLink> lost)
            throws IOException {
        if (!Files.isExecutable(settings.binary())) {
            throw new IOException("the program " + settings.binary() + " is not there");
        }
        var command = goOnFromNs.isPresent()
                ? settings.command("--adopt", "--renewed", Long.toString(goOnFromNs.getAsLong()))
                : settings.command();
        return WatchdogProcess.start(command, errors(), renewed, lost);
    }

    private Path errors() {
        return settings.run().resolve("watchdog.err");
    }

    @Override
    public String said() throws IOException {
        return Files.readString(errors()).strip();
    }

    @Override
    public String log() {
        return settings.run().resolve("watchdog.log").toString();
    }

    @Override
    public List<Long> leftovers() throws IOException {
        return GuardedList.alive(settings.run());
    }

    @Override
    public List<String> guarded() {
        return settings.guarded();
    }
}
