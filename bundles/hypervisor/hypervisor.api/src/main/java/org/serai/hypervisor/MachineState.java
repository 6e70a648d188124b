package org.serai.hypervisor;

/** How a machine stands. */
public enum MachineState {
    /** It is loaded and has not run yet, or was paused: no guest instruction is executed. */
    PAUSED,
    /** Guest instructions are executed. */
    RUNNING,
    /** Its process has ended, for whatever reason. */
    ENDED
}
