package org.serai.hypervisor.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineState;

/** A machine that is a QEMU process. */
final class QemuMachine implements Machine {
    private final String name;
    private final Path directory;
    private final QemuProcess process;
    private final MigrationEvents migration;
    private final Duration commandTimeout;
    /** Held while the state is captured, so that nobody resumes under the stream. */
    private final ReentrantLock capturing = new ReentrantLock();

    QemuMachine(String name, Path directory, QemuProcess process, MigrationEvents migration, Duration commandTimeout) {
        this.name = name;
        this.directory = directory;
        this.process = process;
        this.migration = migration;
        this.commandTimeout = commandTimeout;
    }

    String name() {
        return name;
    }

    QemuProcess process() {
        return process;
    }

    MigrationEvents migration() {
        return migration;
    }

    ReentrantLock capturing() {
        return capturing;
    }

    @Override
    public MachineState state() {
        if (!process.isAlive()) {
            return MachineState.ENDED;
        }
        try {
            return command("query-status", Map.of()).path("running").asBoolean()
                    ? MachineState.RUNNING
                    : MachineState.PAUSED;
        } catch (SeraiException e) {
            if (e.code() == HypervisorError.MACHINE_GONE) {
                return MachineState.ENDED;
            }
            throw e;
        }
    }

    /** QEMU's own word for its state, for example {@code postmigrate}. */
    String status() {
        return command("query-status", Map.of()).path("status").asText();
    }

    @Override
    public void pause() {
        command("stop", Map.of());
    }

    @Override
    public void resume() {
        if (!capturing.tryLock()) {
            throw HypervisorError.WRONG_STATE.error(
                    "Machine " + name + " cannot be resumed now",
                    "its state is being captured",
                    "wait until that has ended, or cancel it");
        }
        try {
            command("cont", Map.of());
        } finally {
            capturing.unlock();
        }
    }

    @Override
    public void stop(Duration grace) {
        try {
            if (state() == MachineState.RUNNING) {
                command("system_powerdown", Map.of());
                process.awaitEnd(grace);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SeraiException e) {
            // It does not answer or ended just now: what remains to be done is the same.
            org.slf4j.LoggerFactory.getLogger(QemuMachine.class).info("{} is killed: {}", name, e.getMessage());
        } finally {
            kill();
        }
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public Path consoleLog() {
        return directory.resolve(CommandLine.CONSOLE);
    }

    @Override
    public List<Long> pids() {
        return process.pids();
    }

    @Override
    public void onEnd(Runnable action) {
        process.ended().thenRun(action);
    }

    /** Executes a QMP command; every failure is in the words of the domain. */
    JsonNode command(String command, Map<String, ?> arguments) {
        try {
            return process.qmp().execute(command, arguments, commandTimeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HypervisorError.NOT_RESPONDING.error(
                    "Machine " + name + " was not asked to " + command,
                    "the calling thread was interrupted",
                    "ask again",
                    e);
        } catch (QmpException e) {
            throw failed(command, e);
        }
    }

    private SeraiException failed(String command, QmpException e) {
        return switch (e.kind()) {
            case REFUSED ->
                HypervisorError.WRONG_STATE.error(
                        "Machine " + name + " refused " + command,
                        e.getMessage(),
                        "look at its state and try again",
                        e);
            case TIMEOUT ->
                HypervisorError.NOT_RESPONDING.error(
                        "Machine " + name + " does not answer",
                        e.getMessage(),
                        "see whether its storage can be reached; kill it if it stays so",
                        e);
            case GONE ->
                HypervisorError.MACHINE_GONE.error(
                        "Machine " + name + " has ended", process.told(), "start it again", e);
        };
    }
}
