package org.serai.storage;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of storage. */
public enum StorageError implements ErrorCode {
    /** No pool has that name. */
    NO_SUCH_POOL("SERAI-POOL-0001", Category.USER),
    /** A pool of that name is there already. */
    POOL_EXISTS("SERAI-POOL-0002", Category.USER),
    /** The PV is missing, too small, holds other data, or is no file or block device. */
    PV_UNUSABLE("SERAI-POOL-0003", Category.USER),
    /** The PV belongs to a pool already. */
    PV_IN_USE("SERAI-POOL-0004", Category.USER),
    /** The pool has no free space left. */
    POOL_FULL("SERAI-POOL-0005", Category.OPERATOR),
    /** The pool still holds LUs. */
    POOL_NOT_EMPTY("SERAI-POOL-0006", Category.USER),
    /** The storage driver that the pool needs is not there. */
    NO_SUCH_DRIVER("SERAI-POOL-0007", Category.OPERATOR),
    /** The pool has metadata whose checksum or content is wrong. */
    POOL_DAMAGED("SERAI-POOL-0008", Category.FATAL),
    /** The PV found is not the one that the pool expects. */
    PV_WRONG("SERAI-POOL-0009", Category.OPERATOR),
    /** A size that is no size, or not one that can be had. */
    BAD_SIZE("SERAI-POOL-0010", Category.USER),
    /** The pool is being made or deleted, or a node still uses it. */
    POOL_IN_USE("SERAI-POOL-0011", Category.USER),
    /** The PV still holds parts of LUs, or the pool's lease area. */
    PV_NOT_EMPTY("SERAI-POOL-0012", Category.USER),
    /** The PV cannot be reached just now. */
    PV_AWAY("SERAI-POOL-0013", Category.OPERATOR),
    /** The driver of the pool does not have the capability that was asked for. */
    NOT_SUPPORTED("SERAI-POOL-0014", Category.USER),
    /** Long work was cancelled. */
    CANCELLED("SERAI-POOL-0015", Category.USER),
    /** No disk group or tier has that name. */
    NO_SUCH_GROUP("SERAI-POOL-0016", Category.USER),
    /** A disk group or tier of that name is there already. */
    GROUP_EXISTS("SERAI-POOL-0017", Category.USER),
    /** The disk group or tier is in use. */
    GROUP_IN_USE("SERAI-POOL-0018", Category.USER),
    /** The disk group's access policy keeps the client or node out: a security event. */
    GROUP_DENIED("SERAI-POOL-0019", Category.USER),
    /** A pool, tier or LU is fuller than one of its thresholds: the code of the alert in the log. */
    FILLING("SERAI-POOL-0020", Category.OPERATOR),
    /** No long work of that token is under way. */
    NO_SUCH_WORK("SERAI-POOL-0021", Category.USER),
    /** The pool has no PV of that path or id. */
    NO_SUCH_PV("SERAI-POOL-0022", Category.USER),
    /** A value in the configuration that cannot be used. */
    BAD_SETTING("SERAI-POOL-0023", Category.USER),
    /** The PV is to be given up as lost, and can be read. */
    PV_PRESENT("SERAI-POOL-0024", Category.USER),
    /** The PV left its pool as lost, and has come back. */
    PV_STALE("SERAI-POOL-0025", Category.USER),
    /** No LU has that name. */
    NO_SUCH_LU("SERAI-LU-0001", Category.USER),
    /** An LU of that name is there already. */
    LU_EXISTS("SERAI-LU-0002", Category.USER),
    /** The LU is held by somebody. */
    LU_LOCKED("SERAI-LU-0003", Category.USER),
    /** The LU belongs to another client: a security event. */
    WRONG_CLIENT("SERAI-LU-0004", Category.USER),
    /** An offset or length beyond the LU, or not a multiple of the block size. */
    OUT_OF_RANGE("SERAI-LU-0005", Category.USER),
    /** The PV returned an error. */
    IO_FAILED("SERAI-LU-0006", Category.OPERATOR),
    /** The storage refused a write whose epoch is not the current one. */
    STALE("SERAI-LU-0007", Category.RETRY),
    /** The LU was closed while it was used. */
    LU_CLOSED("SERAI-LU-0008", Category.RETRY),
    /** The LU's data do not match their checksum. */
    DATA_DAMAGED("SERAI-LU-0009", Category.OPERATOR),
    /** The LU has no snapshot of that name. */
    NO_SUCH_SNAPSHOT("SERAI-LU-0010", Category.USER),
    /** The LU has a snapshot of that name already. */
    SNAPSHOT_EXISTS("SERAI-LU-0011", Category.USER),
    /** Clones need the snapshot. */
    SNAPSHOT_IN_USE("SERAI-LU-0012", Category.USER),
    /** What was opened for reading only was to be written. */
    READ_ONLY("SERAI-LU-0013", Category.USER),
    /** The LU is redundant already, or cannot be. */
    NOT_REDUNDANT("SERAI-LU-0014", Category.USER),
    /** The LU's copies do not hold the same yet. */
    NOT_SYNCHRONOUS("SERAI-LU-0015", Category.USER),
    /** No sub-partition has that name. */
    NO_SUCH_PART("SERAI-LU-0016", Category.USER),
    /** A sub-partition of that name is there already, or its place is taken. */
    PART_EXISTS("SERAI-LU-0017", Category.USER),
    /** It would have kept writes standing still for too long, and was given up. */
    TOO_SLOW("SERAI-LU-0018", Category.RETRY),
    /** Only one side of a redundant LU holds everything: the code of the alert in the log. */
    DEGRADED("SERAI-LU-0019", Category.OPERATOR);

    private final String code;
    private final Category category;

    StorageError(String code, Category category) {
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
