package org.serai.scsi.target.sense;

/** Sense key, additional sense code and qualifier of what this target reports (SPC-4). */
public enum SenseCode {
    /** Nothing to report. */
    NO_SENSE(SenseCode.KEY_NO_SENSE, 0x00, 0x00),
    /** The LU is not there for a while, for a reason that is no business of the initiator's. */
    NOT_ACCESSIBLE(SenseCode.KEY_NOT_READY, 0x04, 0x00),
    /** The LU was stopped by START STOP UNIT. */
    INITIALIZING_COMMAND_REQUIRED(SenseCode.KEY_NOT_READY, 0x04, 0x02),
    /** Another VIOS is about to take the LU, or this one is. */
    ASYMMETRIC_ACCESS_STATE_TRANSITION(SenseCode.KEY_NOT_READY, 0x04, 0x0A),
    /** Another VIOS has the LU. */
    TARGET_PORT_IN_STANDBY_STATE(SenseCode.KEY_NOT_READY, 0x04, 0x0B),
    /** This VIOS cannot have the LU. */
    TARGET_PORT_IN_UNAVAILABLE_STATE(SenseCode.KEY_NOT_READY, 0x04, 0x0C),
    /** A format operation is under way (SBC-3, format operations). */
    FORMAT_IN_PROGRESS(SenseCode.KEY_NOT_READY, 0x04, 0x04),
    /** A sanitize operation is under way (SBC-3, sanitize operations). */
    SANITIZE_IN_PROGRESS(SenseCode.KEY_NOT_READY, 0x04, 0x1B),
    /** The medium failed in a write or flush. */
    WRITE_ERROR(SenseCode.KEY_MEDIUM_ERROR, 0x0C, 0x00),
    /** The medium failed in a read. */
    UNRECOVERED_READ_ERROR(SenseCode.KEY_MEDIUM_ERROR, 0x11, 0x00),
    /** A format operation failed or was aborted, and nothing but another one is let in (SBC-3). */
    MEDIUM_FORMAT_CORRUPTED(SenseCode.KEY_MEDIUM_ERROR, 0x31, 0x00),
    /** This format operation failed. */
    FORMAT_COMMAND_FAILED(SenseCode.KEY_MEDIUM_ERROR, 0x31, 0x01),
    /** A sanitize operation failed, and nothing but another one, or leaving this state, is let in (SBC-3). */
    SANITIZE_COMMAND_FAILED(SenseCode.KEY_MEDIUM_ERROR, 0x31, 0x03),
    /** The self-test found a failure. */
    LOGICAL_UNIT_FAILED_SELF_TEST(SenseCode.KEY_HARDWARE_ERROR, 0x3E, 0x03),
    /** The target failed in a way that it has no better name for. */
    INTERNAL_TARGET_FAILURE(SenseCode.KEY_HARDWARE_ERROR, 0x44, 0x00),
    /** The LU stays with the VIOS that has it. */
    SET_TARGET_PORT_GROUPS_FAILED(SenseCode.KEY_HARDWARE_ERROR, 0x67, 0x0A),
    /** The data-out is shorter than the CDB says it must be. */
    PARAMETER_LIST_LENGTH_ERROR(SenseCode.KEY_ILLEGAL_REQUEST, 0x1A, 0x00),
    /** No such command. */
    INVALID_COMMAND_OPERATION_CODE(SenseCode.KEY_ILLEGAL_REQUEST, 0x20, 0x00),
    /** The range is not within the LU. */
    LBA_OUT_OF_RANGE(SenseCode.KEY_ILLEGAL_REQUEST, 0x21, 0x00),
    /** A field has a value that is not supported. */
    INVALID_FIELD_IN_CDB(SenseCode.KEY_ILLEGAL_REQUEST, 0x24, 0x00),
    /** A field of the parameter list has a value that is not supported. */
    INVALID_FIELD_IN_PARAMETER_LIST(SenseCode.KEY_ILLEGAL_REQUEST, 0x26, 0x00),
    /** More copy target descriptors than there may be. */
    TOO_MANY_TARGET_DESCRIPTORS(SenseCode.KEY_ILLEGAL_REQUEST, 0x26, 0x06),
    /** A kind of copy target descriptor that is not supported. */
    UNSUPPORTED_TARGET_DESCRIPTOR_TYPE_CODE(SenseCode.KEY_ILLEGAL_REQUEST, 0x26, 0x07),
    /** More segment descriptors than there may be. */
    TOO_MANY_SEGMENT_DESCRIPTORS(SenseCode.KEY_ILLEGAL_REQUEST, 0x26, 0x08),
    /** A kind of segment descriptor that is not supported. */
    UNSUPPORTED_SEGMENT_DESCRIPTOR_TYPE_CODE(SenseCode.KEY_ILLEGAL_REQUEST, 0x26, 0x09),
    /** Data in the parameter list of a copy, which is taken from LUs only. */
    INLINE_DATA_LENGTH_EXCEEDED(SenseCode.KEY_ILLEGAL_REQUEST, 0x26, 0x0B),
    /** Another copy of the nexus with this list identifier is under way. */
    OPERATION_IN_PROGRESS(SenseCode.KEY_ILLEGAL_REQUEST, 0x00, 0x16),
    /** A RELEASE names another type than that of the persistent reservation. */
    INVALID_RELEASE_OF_PERSISTENT_RESERVATION(SenseCode.KEY_ILLEGAL_REQUEST, 0x26, 0x04),
    /** As much is under way as may be. */
    INSUFFICIENT_RESOURCES(SenseCode.KEY_ILLEGAL_REQUEST, 0x55, 0x03),
    /** No more registrations can be kept. */
    INSUFFICIENT_REGISTRATION_RESOURCES(SenseCode.KEY_ILLEGAL_REQUEST, 0x55, 0x04),
    /** The target has no LU at that LUN. */
    LOGICAL_UNIT_NOT_SUPPORTED(SenseCode.KEY_ILLEGAL_REQUEST, 0x25, 0x00),
    /** The first command of a nexus. */
    POWER_ON_OCCURRED(SenseCode.KEY_UNIT_ATTENTION, 0x29, 0x00),
    /** Another nexus reset the LU or target. */
    BUS_DEVICE_RESET_OCCURRED(SenseCode.KEY_UNIT_ATTENTION, 0x29, 0x03),
    /** Another nexus changed mode parameters. */
    MODE_PARAMETERS_CHANGED(SenseCode.KEY_UNIT_ATTENTION, 0x2A, 0x01),
    /** Another nexus set counters to zero. */
    LOG_PARAMETERS_CHANGED(SenseCode.KEY_UNIT_ATTENTION, 0x2A, 0x02),
    /** The LU was resized. */
    CAPACITY_DATA_HAS_CHANGED(SenseCode.KEY_UNIT_ATTENTION, 0x2A, 0x09),
    /** Another nexus preempted the reservation of this one. */
    RESERVATIONS_PREEMPTED(SenseCode.KEY_UNIT_ATTENTION, 0x2A, 0x03),
    /** Another nexus gave back, or changed, the reservation that this one had its access by. */
    RESERVATIONS_RELEASED(SenseCode.KEY_UNIT_ATTENTION, 0x2A, 0x04),
    /** Another nexus preempted the registration of this one. */
    REGISTRATIONS_PREEMPTED(SenseCode.KEY_UNIT_ATTENTION, 0x2A, 0x05),
    /** The space below the LU has reached a threshold that an initiator has set. */
    THIN_PROVISIONING_SOFT_THRESHOLD_REACHED(SenseCode.KEY_UNIT_ATTENTION, 0x38, 0x07),
    /** The LU has moved to another VIOS, or here. */
    ASYMMETRIC_ACCESS_STATE_CHANGED(SenseCode.KEY_UNIT_ATTENTION, 0x2A, 0x06),
    /** Another nexus aborted the commands of this one. */
    COMMANDS_CLEARED_BY_ANOTHER_INITIATOR(SenseCode.KEY_UNIT_ATTENTION, 0x2F, 0x00),
    /** The LU is exported for reading only. */
    WRITE_PROTECTED(SenseCode.KEY_DATA_PROTECT, 0x27, 0x00),
    /** The LU is write protected by SWP of the control mode page. */
    SOFTWARE_WRITE_PROTECTED(SenseCode.KEY_DATA_PROTECT, 0x27, 0x02),
    /** The pool has no space for a first write (SBC-3, resource exhaustion considerations). */
    SPACE_ALLOCATION_FAILED_WRITE_PROTECT(SenseCode.KEY_DATA_PROTECT, 0x27, 0x07),
    /** A segment of a copy could not be done. */
    COPY_ABORTED(SenseCode.KEY_COPY_ABORTED, 0x00, 0x00),
    /** A copy target cannot be reached from here. */
    UNREACHABLE_COPY_TARGET(SenseCode.KEY_COPY_ABORTED, 0x08, 0x04),
    /** A copy target failed. */
    THIRD_PARTY_DEVICE_FAILURE(SenseCode.KEY_COPY_ABORTED, 0x0D, 0x01),
    /** The command was aborted; nobody is told that, for whoever aborted it knows. */
    COMMAND_ABORTED(SenseCode.KEY_ABORTED_COMMAND, 0x00, 0x00),
    /** VERIFY found a difference. */
    MISCOMPARE_DURING_VERIFY(SenseCode.KEY_MISCOMPARE, 0x1D, 0x00);

    private static final int KEY_NO_SENSE = 0x0;
    private static final int KEY_NOT_READY = 0x2;
    private static final int KEY_MEDIUM_ERROR = 0x3;
    private static final int KEY_HARDWARE_ERROR = 0x4;
    private static final int KEY_ILLEGAL_REQUEST = 0x5;
    /** The sense key of unit attentions. */
    public static final int KEY_UNIT_ATTENTION = 0x6;

    private static final int KEY_DATA_PROTECT = 0x7;
    private static final int KEY_COPY_ABORTED = 0xA;
    private static final int KEY_ABORTED_COMMAND = 0xB;
    private static final int KEY_MISCOMPARE = 0xE;

    private final int key;
    private final int asc;
    private final int ascq;

    SenseCode(int key, int asc, int ascq) {
        this.key = key;
        this.asc = asc;
        this.ascq = ascq;
    }

    /** The sense key. */
    public int key() {
        return key;
    }

    /** The additional sense code. */
    public int asc() {
        return asc;
    }

    /** Its qualifier. */
    public int ascq() {
        return ascq;
    }
}
