package org.serai.hypervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** A machine on this node. Methods are safe for many threads and fail with {@link HypervisorError#MACHINE_GONE} after its end. */
@ConsumerType
public interface Machine {
    /** How it stands now, asked of the hypervisor. */
    MachineState state();

    /** Stops executing guest instructions; what is in flight to its disks is finished. No error if paused already. */
    void pause();

    /** Goes on. {@link HypervisorError#WRONG_STATE} while its state is being captured. */
    void resume();

    /**
     * Asks the guest to shut down and waits; what has not ended by then is killed, and so is at once what is paused and
     * cannot hear. Returns after the end.
     */
    void stop(Duration grace);

    /** Ends it at once. Returns after the end. Idempotent. */
    void kill();

    /** The file to which everything on the guest's first serial port goes. */
    Path consoleLog();

    /** The pids of its processes; empty where it has none. */
    List<Long> pids();

    /** Runs the action once when the machine has ended, for whatever reason, on any thread; at once if it has. */
    void onEnd(Runnable action);
}
