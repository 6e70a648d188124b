package org.serai.scsi.spi;

import org.osgi.annotation.versioning.ProviderType;

/** An I_T nexus (SAM-5): commands of one initiator port through one target port. */
@ProviderType
public interface Nexus extends AutoCloseable {
    /**
     * Executes the command that the task holds and fills in its outcome; on the caller's thread, many at once. Never
     * throws: whatever fails is a status with sense data.
     */
    void execute(ScsiTask task);

    /**
     * Whether a command with that CDB may last longer than others should wait for it: the transport executes it on a thread
     * of its own, and has it end by {@link ScsiTask#abort} where it is aborted. Asked for every command.
     */
    boolean lasts(byte[] cdb);

    /** A task management function (SAM-5). */
    TaskManagementResponse manage(TaskManagementFunction function, long lun);

    /** The nexus is lost: its unit attentions and tasks end. */
    @Override
    void close();

    /** Task management functions. */
    enum TaskManagementFunction {
        /** ABORT TASK; the transport has made sure that the task is not executing. */
        ABORT_TASK,
        /** ABORT TASK SET. */
        ABORT_TASK_SET,
        /** CLEAR TASK SET. */
        CLEAR_TASK_SET,
        /** LOGICAL UNIT RESET. */
        LOGICAL_UNIT_RESET,
        /** Target warm reset. */
        TARGET_RESET,
        /** Target cold reset: as {@link #TARGET_RESET}, and all other nexuses of the target end; this one is the transport's to end. */
        TARGET_COLD_RESET
    }

    /** Service responses of task management. */
    enum TaskManagementResponse {
        /** FUNCTION COMPLETE. */
        COMPLETE,
        /** INCORRECT LOGICAL UNIT NUMBER. */
        INCORRECT_LUN,
        /** FUNCTION REJECTED. */
        REJECTED
    }
}
