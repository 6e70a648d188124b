package org.serai.scsi;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of virtual SCSI. */
public enum ScsiError implements ErrorCode {
    /** The portal cannot listen. */
    PORT_IN_USE("SERAI-SCSI-0001", Category.OPERATOR),
    /** The target name or LU is exported already. */
    ALREADY_EXPORTED("SERAI-SCSI-0002", Category.USER),
    /** There is no such export. */
    NO_SUCH_EXPORT("SERAI-SCSI-0003", Category.USER),
    /** An initiator name that is none (RFC 7143, 4.2.7). */
    BAD_INITIATOR("SERAI-SCSI-0004", Category.USER),
    /** No target transport is there. */
    NO_TRANSPORT("SERAI-SCSI-0005", Category.OPERATOR),
    /** A configured value that cannot be. */
    BAD_SETTING("SERAI-SCSI-0006", Category.USER),
    /** No session has that number. */
    NO_SUCH_SESSION("SERAI-SCSI-0007", Category.USER);

    private final String code;
    private final Category category;

    ScsiError(String code, Category category) {
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
