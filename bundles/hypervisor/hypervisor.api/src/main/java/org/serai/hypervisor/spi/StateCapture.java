package org.serai.hypervisor.spi;

import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.osgi.annotation.versioning.ConsumerType;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;

/** The capability of a backend to write a machine's state to a stream and to make a machine from one. */
@ConsumerType
public interface StateCapture {
    /**
     * Pauses the machine if it runs and writes its whole state. At return the stream is complete, the machine is still
     * paused and its disks are quiet. On any failure the machine is paused and can be resumed:
     * {@link org.serai.hypervisor.HypervisorError#CAPTURE_FAILED}. An interrupt of the calling thread is such a
     * failure. A machine whose capture was tried is resumed before the next try, else
     * {@link org.serai.hypervisor.HypervisorError#WRONG_STATE}.
     */
    void capture(Machine machine, WritableByteChannel sink);

    /**
     * Makes a machine from a definition and a stream that has been verified before. At return it is paused; on failure
     * no process is left: {@link org.serai.hypervisor.HypervisorError#RESTORE_FAILED}, with what the hypervisor said.
     */
    Machine restore(MachineSpec spec, ReadableByteChannel state);
}
