package org.serai.hypervisor;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of hypervisor backends. */
public enum HypervisorError implements ErrorCode {
    /** The hypervisor is not installed or cannot run here. */
    NOT_AVAILABLE("SERAI-HV-0001", Category.OPERATOR),
    /** The hypervisor refused to start the machine. */
    START_FAILED("SERAI-HV-0002", Category.OPERATOR),
    /** The machine has ended. */
    MACHINE_GONE("SERAI-HV-0003", Category.RETRY),
    /** The machine is not in a state in which that can be done. */
    WRONG_STATE("SERAI-HV-0004", Category.USER),
    /** The machine state could not be captured; the machine is as before. */
    CAPTURE_FAILED("SERAI-HV-0005", Category.RETRY),
    /** The machine state could not be restored. */
    RESTORE_FAILED("SERAI-HV-0006", Category.OPERATOR),
    /** The machine state was made by a hypervisor or machine that differs from this one. */
    INCOMPATIBLE("SERAI-HV-0007", Category.USER),
    /** The definition names something that is not there or cannot be. */
    BAD_DEFINITION("SERAI-HV-0008", Category.USER),
    /** The hypervisor's process lives and does not answer in time. */
    NOT_RESPONDING("SERAI-HV-0009", Category.RETRY);

    private final String code;
    private final Category category;

    HypervisorError(String code, Category category) {
        this.code = code;
        this.category = category;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public Category category() {
        return category;
    }
}
