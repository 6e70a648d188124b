package org.serai.scsi.target.export;

import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.NexusOwner;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.command.Executor;
import org.serai.scsi.target.command.LunAddress;
import org.serai.scsi.target.lu.Peers;
import org.serai.scsi.target.lu.UnitNexus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An I_T nexus on a target: routes commands to units by LUN. */
final class TargetNexus implements Nexus {
    private static final Logger LOG = LoggerFactory.getLogger(TargetNexus.class);

    private final Target target;
    private final String initiator;
    private final String initiatorPort;
    private final UnitNexus[] units;
    private final NexusOwner owner;

    TargetNexus(Target target, String initiator, String initiatorPort, UnitNexus[] units, NexusOwner owner) {
        this.target = target;
        this.initiator = initiator;
        this.initiatorPort = initiatorPort;
        this.units = units;
        this.owner = owner;
    }

    Target target() {
        return target;
    }

    String initiator() {
        return initiator;
    }

    String initiatorPort() {
        return initiatorPort;
    }

    Optional<UnitNexus> unit(Predicate<UUID> serial) {
        return Arrays.stream(units)
                .filter(each -> serial.test(each.unit().disk().serial()))
                .findFirst();
    }

    void peers(Peers peers) {
        for (UnitNexus each : units) {
            each.peers(peers);
        }
    }

    @Override
    public void execute(ScsiTask task) {
        int lun = LunAddress.decode(task.lun());
        if (lun >= 0 && lun < units.length) {
            Executor.execute(units[lun], task);
        } else {
            Executor.executeWithoutUnit(task);
        }
    }

    @Override
    public boolean lasts(byte[] cdb) {
        return Executor.lasts(cdb);
    }

    /**
     * The transport ends the tasks of this nexus that wait for it; those of the others are ended here. A command in execution
     * is not stopped: it ends by itself, which is waited for.
     */
    @Override
    public TaskManagementResponse manage(TaskManagementFunction function, long address) {
        try {
            return managed(function, address);
        } catch (SeraiException e) {
            LOG.warn("{} at {} is not done: {}", function, this, e.getMessage());
            return TaskManagementResponse.REJECTED;
        }
    }

    private TaskManagementResponse managed(TaskManagementFunction function, long address) {
        boolean cold = function == TaskManagementFunction.TARGET_COLD_RESET;
        if (cold || function == TaskManagementFunction.TARGET_RESET) {
            for (UnitNexus each : units) {
                each.unit().reset(each);
            }
            if (cold) {
                target.dropSessionsBut(this);
            }
            return TaskManagementResponse.COMPLETE;
        }
        int lun = LunAddress.decode(address);
        if (lun < 0 || lun >= units.length) {
            return TaskManagementResponse.INCORRECT_LUN;
        }
        switch (function) {
            case LOGICAL_UNIT_RESET -> units[lun].unit().reset(units[lun]);
            case CLEAR_TASK_SET -> units[lun].unit().clearTasks(units[lun]);
            default -> {
                // tasks of this nexus only, which are the transport's
            }
        }
        return TaskManagementResponse.COMPLETE;
    }

    /** The target side ends the nexus. */
    void end() {
        close();
        owner.dropped();
    }

    @Override
    public void close() {
        target.lost(this);
        for (UnitNexus each : units) {
            each.close();
        }
    }

    @Override
    public String toString() {
        return initiatorPort + " at " + target.spec().target();
    }
}
