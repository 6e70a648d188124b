package org.serai.scsi.target.cdb;

import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.ReservationConflict;

/** Executes one command. */
@FunctionalInterface
public interface Handler {
    /** Executes what the task's CDB says on the unit; status GOOD unless it throws. */
    void execute(UnitNexus unit, ScsiTask task) throws CheckCondition, ReservationConflict;
}
