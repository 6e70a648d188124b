package org.serai.partition.core;

import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineState;

/** A partition that this node runs, or is about to: its machine, its disks and the grant under which it may. */
final class Guest {
    private final UUID lpar;
    private final String name;
    private final Grant grant;
    private final MachineSpec spec;
    private final Machine machine;
    private final Disks disks;
    private final Fence fence;
    private final ReentrantLock turn = new ReentrantLock();
    private boolean wanted;

    Guest(UUID lpar, String name, Grant grant, MachineSpec spec, Machine machine, Disks disks, Fence fence) {
        this.lpar = lpar;
        this.name = name;
        this.grant = grant;
        this.spec = spec;
        this.machine = machine;
        this.disks = disks;
        this.fence = fence;
    }

    UUID lpar() {
        return lpar;
    }

    String name() {
        return name;
    }

    Grant grant() {
        return grant;
    }

    MachineSpec spec() {
        return spec;
    }

    Machine machine() {
        return machine;
    }

    Disks disks() {
        return disks;
    }

    /** Runs it for the first time; {@link org.serai.cluster.ClusterError#FENCED} and not an instruction if the gate is shut. */
    void run(Runnable justBefore) {
        turn.lock();
        try {
            fence.check();
            justBefore.run();
            machine.resume();
            wanted = true;
        } finally {
            turn.unlock();
        }
    }

    /** Keeps it paused, or to be paused, whatever the gate does. */
    void hold() {
        turn.lock();
        try {
            wanted = false;
        } finally {
            turn.unlock();
        }
    }

    /** Lets it go on, at once or when the gate opens; nothing is done for a machine that has ended. */
    void goOn() {
        turn.lock();
        try {
            if (hasEnded()) {
                return;
            }
            wanted = true;
            if (fence.isOpen() && machine.state() == MachineState.PAUSED) {
                machine.resume();
            }
        } finally {
            turn.unlock();
        }
    }

    /** The gate has closed. */
    void pause() {
        turn.lock();
        try {
            if (!hasEnded()) {
                machine.pause();
            }
        } finally {
            turn.unlock();
        }
    }

    /** The gate has opened. */
    void unpause() {
        turn.lock();
        try {
            if (wanted) {
                goOn();
            }
        } finally {
            turn.unlock();
        }
    }

    boolean hasEnded() {
        try {
            return machine.state() == MachineState.ENDED;
        } catch (SeraiException e) {
            if (e.code() == HypervisorError.MACHINE_GONE) {
                return true;
            }
            throw e;
        }
    }
}
