package org.serai.hypervisor.qemu;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.MachineState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a paused machine: its memory, which this class moves itself, and QEMU's migration stream of everything
 * else, a few hundred KiB through a Unix socket in the machine's own directory, which no other user can reach.
 */
final class StateTransfer {
    private static final Logger LOG = LoggerFactory.getLogger(StateTransfer.class);
    private static final String CAPTURE = "capture.sock";
    private static final String RESTORE = "restore.sock";
    /** More than any machine moves: by default QEMU holds itself back. */
    private static final long BYTES_PER_SECOND = 1L << 40;

    private final Duration timeout;

    StateTransfer(Duration timeout) {
        this.timeout = timeout;
    }

    /** The capability, in QEMU since 4.0, to leave memory out that another process has too. */
    private static final String WITHOUT_MEMORY = "x-ignore-shared";

    /** Events, content and speed of the next transfer, either way. */
    private static void prepare(QemuMachine machine) {
        machine.command(
                "migrate-set-capabilities",
                Map.of(
                        "capabilities",
                        List.of(
                                Map.of("capability", "events", "state", true),
                                Map.of("capability", WITHOUT_MEMORY, "state", true))));
        machine.command("migrate-set-parameters", Map.of("max-bandwidth", BYTES_PER_SECOND));
    }

    void capture(QemuMachine machine, WritableByteChannel sink) {
        if (!machine.capturing().tryLock()) {
            throw notNow(machine, "its state is being captured already");
        }
        try {
            machine.pause();
            if (machine.status().equals("postmigrate")) {
                throw notNow(machine, "its state was captured since it last ran");
            }
            prepare(machine);
            captureTo(machine, sink);
        } finally {
            machine.capturing().unlock();
        }
    }

    private void captureTo(QemuMachine machine, WritableByteChannel sink) {
        CompletableFuture<MigrationEvents.Outcome> outcome = machine.migration().expect();
        Path socket = machine.process().workingDirectory().resolve(CAPTURE);
        ByteArrayOutputStream devices = new ByteArrayOutputStream();
        try {
            Files.deleteIfExists(socket);
            try (ServerSocketChannel server = StateSocket.listen(socket)) {
                machine.command("migrate", Map.of("uri", "unix:" + CAPTURE));
                try (SocketChannel channel = StateSocket.accept(server, timeout)) {
                    StateSocket.drain(channel, Channels.newChannel(devices), timeout);
                }
            } finally {
                Files.deleteIfExists(socket);
            }
            if (await(machine, outcome) != MigrationEvents.Outcome.COMPLETED) {
                throw new IOException("QEMU gave up: "
                        + machine.command("query-migrate", Map.of())
                                .path("error-desc")
                                .asText("no reason given"));
            }
            // Not before: saving a device may still write to memory.
            try (GuestMemory memory = GuestMemory.of(machine.pids())) {
                memory.writeTo(sink);
            }
            StateSocket.write(ByteBuffer.wrap(devices.toByteArray()), sink);
            if (!machine.process().isAlive()) {
                throw new IOException("the machine ended");
            }
        } catch (IOException | SeraiException e) {
            throw captureFailed(machine, outcome, e);
        }
    }

    /** Leaves the machine paused, ready to be resumed. */
    private SeraiException captureFailed(
            QemuMachine machine, CompletableFuture<MigrationEvents.Outcome> outcome, Exception cause) {
        // The machine has to be brought to rest even if an interrupt was what ended the capture.
        boolean interrupted = Thread.interrupted();
        try {
            machine.command("migrate_cancel", Map.of());
            if (!machine.command("query-migrate", Map.of()).path("status").isMissingNode()) {
                await(machine, outcome);
            }
        } catch (IOException | SeraiException e) {
            cause.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (cause instanceof SeraiException e && e.code() == HypervisorError.MACHINE_GONE) {
            return e;
        }
        return machine.process().isAlive()
                ? HypervisorError.CAPTURE_FAILED.error(
                        "The state of machine " + machine.name() + " could not be captured",
                        reason(cause),
                        "resume it, see what the cause says, and try again",
                        cause)
                : HypervisorError.MACHINE_GONE.error(
                        "Machine " + machine.name() + " ended while its state was captured",
                        machine.process().told(),
                        "start it again",
                        cause);
    }

    /** Loads the state into a machine that was started to wait for it. On failure the caller ends the process. */
    void restore(QemuMachine machine, ReadableByteChannel state) {
        CompletableFuture<MigrationEvents.Outcome> outcome = machine.migration().expect();
        try {
            prepare(machine);
            fill(machine, state);
            machine.command("migrate-incoming", Map.of("uri", "unix:" + RESTORE));
            Path socket = machine.process().workingDirectory().resolve(RESTORE);
            try (SocketChannel channel = StateSocket.connect(socket)) {
                Files.deleteIfExists(socket);
                StateSocket.feed(state, channel, timeout);
                if (await(machine, outcome) != MigrationEvents.Outcome.COMPLETED) {
                    throw new IOException("QEMU gave up");
                }
            }
            if (machine.state() != MachineState.PAUSED) {
                throw new IOException("QEMU's state is " + machine.status() + " after loading");
            }
        } catch (IOException | SeraiException e) {
            throw restoreFailed(machine, e);
        }
    }

    private static void fill(QemuMachine machine, ReadableByteChannel state) {
        try (GuestMemory memory = GuestMemory.of(machine.pids())) {
            memory.readFrom(state);
        } catch (IOException e) {
            throw machine.process().isAlive()
                    ? restoreFailed(machine, reason(e), e)
                    : restoreFailed(machine, machine.process().told(), e);
        }
    }

    private static SeraiException restoreFailed(QemuMachine machine, Exception cause) {
        if (cause instanceof SeraiException e && e.code() == HypervisorError.RESTORE_FAILED) {
            return e;
        }
        String reason = reason(cause);
        try {
            // QEMU closes the socket before it says why and exits.
            if (machine.process().awaitEnd(Duration.ofSeconds(2))) {
                reason = machine.process().told();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return restoreFailed(machine, reason, cause);
    }

    private static SeraiException restoreFailed(QemuMachine machine, String reason, Exception cause) {
        LOG.debug("restore of {} failed", machine.name(), cause);
        return HypervisorError.RESTORE_FAILED.error(
                "The state of machine " + machine.name() + " could not be restored",
                reason,
                "check that the state is whole and was made by the same QEMU from the same definition",
                cause);
    }

    /** Waits for QEMU's own word that the transfer has ended. */
    private MigrationEvents.Outcome await(QemuMachine machine, CompletableFuture<MigrationEvents.Outcome> outcome)
            throws IOException {
        try {
            CompletableFuture.anyOf(outcome, machine.process().ended()).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return outcome.getNow(MigrationEvents.Outcome.FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the calling thread was interrupted", e);
        } catch (TimeoutException e) {
            throw new IOException("QEMU did not end the transfer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static SeraiException notNow(QemuMachine machine, String why) {
        return HypervisorError.WRONG_STATE.error(
                "The state of machine " + machine.name() + " cannot be captured now", why, "resume it first");
    }

    private static String reason(Exception cause) {
        if (cause instanceof SeraiException e) {
            return e.reason();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
