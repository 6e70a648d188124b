package org.serai.scsi.target.export;

import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.command.Executor;
import org.serai.scsi.target.command.LunAddress;
import org.serai.scsi.target.command.Status;
import org.serai.scsi.target.lu.UnitNexus;

/** An I_T nexus on a target: routes commands to units by LUN. */
final class TargetNexus implements Nexus {
    private final Target target;
    private final String initiatorPort;
    private final UnitNexus[] units;
    private final Runnable closed;

    TargetNexus(Target target, String initiatorPort, UnitNexus[] units, Runnable closed) {
        this.target = target;
        this.initiatorPort = initiatorPort;
        this.units = units;
        this.closed = closed;
    }

    UnitNexus unit(int lun) {
        return units[lun];
    }

    @Override
    public void execute(ScsiTask task) {
        if (!target.gate().enter()) {
            task.finish(Status.BUSY, 0);
            return;
        }
        try {
            int lun = LunAddress.decode(task.lun());
            if (lun >= 0 && lun < units.length) {
                Executor.execute(units[lun], task);
            } else {
                Executor.executeWithoutUnit(task);
            }
        } finally {
            target.gate().leave();
        }
    }

    /**
     * The transport ends the tasks that wait for it; what is left to do here is to tell the other nexuses. A command in
     * execution is not stopped: it ends by itself.
     */
    @Override
    public TaskManagementResponse manage(TaskManagementFunction function, long address) {
        int lun = LunAddress.decode(address);
        boolean here = lun >= 0 && lun < units.length;
        return switch (function) {
            case TARGET_RESET -> {
                for (int each = 0; each < units.length; each++) {
                    target.reset(each, this);
                }
                yield TaskManagementResponse.COMPLETE;
            }
            case LOGICAL_UNIT_RESET -> {
                if (!here) {
                    yield TaskManagementResponse.INCORRECT_LUN;
                }
                target.reset(lun, this);
                yield TaskManagementResponse.COMPLETE;
            }
            case ABORT_TASK, ABORT_TASK_SET, CLEAR_TASK_SET ->
                here ? TaskManagementResponse.COMPLETE : TaskManagementResponse.INCORRECT_LUN;
        };
    }

    /** The target side ends the nexus. */
    void end() {
        close();
        closed.run();
    }

    @Override
    public void close() {
        target.lost(this);
    }

    @Override
    public String toString() {
        return initiatorPort + " at " + target.spec().target();
    }
}
